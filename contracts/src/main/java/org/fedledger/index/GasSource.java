package org.fedledger.index;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;

/** Knows how much gas transactions took, and what accounts have left to pay for it. */
@FunctionalInterface
public interface GasSource {

  /** For a ledger that knows no gas: every transaction took 0. */
  GasSource NONE = _ -> Map.of();

  /** One that knows what accounts hold, too. */
  static GasSource of(
      Function<Collection<TransactionHash>, Map<TransactionHash, Long>> used,
      Function<Address, BigInteger> balances) {
    return new GasSource() {
      @Override
      public Map<TransactionHash, Long> used(Collection<TransactionHash> transactions) {
        return used.apply(transactions);
      }

      @Override
      public Optional<BigInteger> balance(Address account) {
        return Optional.of(balances.apply(account));
      }
    };
  }

  /**
   * The gas that each of these transactions used, by its receipt; what is left out counts as 0.
   *
   * @throws LedgerUnreachableException if the ledger does not answer, or has no such transaction
   */
  Map<TransactionHash, Long> used(Collection<TransactionHash> transactions);

  /**
   * What an account holds, in wei; empty where nobody knows.
   *
   * @throws LedgerUnreachableException if the ledger does not answer
   */
  default Optional<BigInteger> balance(Address account) {
    return Optional.empty();
  }
}
