package org.fedledger.signing;

import java.math.BigInteger;
import org.fedledger.types.Address;
import org.fedledger.types.FederationId;

/**
 * A verifier's consent to a change that only M verifiers together can make.
 *
 * @param kind which change, uint8, as the contract numbers them
 * @param account whom it concerns; zero where the kind names nobody
 * @param value what else the kind takes, uint256: a threshold, a version or an address; else 0
 * @param nonce uint64, so that no consent counts twice
 */
public record GovernanceChange(
    FederationId federationId, int kind, Address account, BigInteger value, long nonce)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint256 value,"
              + "uint64 nonce)");

  public GovernanceChange {
    StructEncoder.requireUint8("a governance change's kind", kind);
    StructEncoder.requireUint256("a governance change's value", value);
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(federationId.bytes())
        .uint(kind)
        .address(account)
        .uint(value)
        .uint(nonce)
        .hash();
  }
}
