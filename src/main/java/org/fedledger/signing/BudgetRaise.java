package org.fedledger.signing;

import org.fedledger.types.Address;

/**
 * A participant's consent to another privacy budget, signed by its newest key.
 *
 * @param budget for all rounds together, units of 10^-9, uint64
 */
public record BudgetRaise(Address participant, long budget) implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash("BudgetRaise(address participant,uint64 budget)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH).address(participant).uint(budget).hash();
  }
}
