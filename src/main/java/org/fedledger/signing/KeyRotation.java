package org.fedledger.signing;

import org.fedledger.types.Address;

/**
 * A participant's change of its signing key, signed by the newest key.
 *
 * @param signer the new key's address
 * @param nonce how many times this participant's key has changed so far, uint64
 */
public record KeyRotation(Address participant, Address signer, long nonce)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash("KeyRotation(address participant,address signer,uint64 nonce)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH).address(participant).address(signer).uint(nonce).hash();
  }
}
