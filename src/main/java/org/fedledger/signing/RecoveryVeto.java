package org.fedledger.signing;

import org.fedledger.types.Address;

/**
 * A participant's refusal of a key that was asked for in its name, signed by its newest key.
 *
 * @param signer the refused key's address
 * @param nonce how many times this participant's key has changed so far, uint64
 */
public record RecoveryVeto(Address participant, Address signer, long nonce)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash("RecoveryVeto(address participant,address signer,uint64 nonce)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH).address(participant).address(signer).uint(nonce).hash();
  }
}
