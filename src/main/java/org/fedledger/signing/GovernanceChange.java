package org.fedledger.signing;

import org.fedledger.types.Address;
import org.fedledger.types.FederationId;

/**
 * A verifier's consent to a change of verifiers, aggregators or coordinator; M of them make it.
 *
 * @param kind which change, uint8, as the contract numbers them
 * @param account whom it concerns
 * @param nonce uint64, so that no consent counts twice
 */
public record GovernanceChange(FederationId federationId, int kind, Address account, long nonce)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint64 nonce)");

  public GovernanceChange {
    if (kind < 0 || kind > 255) {
      throw new IllegalArgumentException(
          "a governance change's kind is from 0 to 255, not %d".formatted(kind));
    }
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(federationId.bytes())
        .uint(kind)
        .address(account)
        .uint(nonce)
        .hash();
  }
}
