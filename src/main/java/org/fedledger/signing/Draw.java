package org.fedledger.signing;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Which members take part in a round: those whose draw hash, as a number, lies below a threshold.
 * Nobody can choose its hash, and everybody can compute it.
 *
 * @param threshold uint256; {@link #EVERYBODY} draws every member, whatever the hash
 * @param drawn how many members that are, uint32
 */
public record Draw(BigInteger threshold, long drawn) {

  public static final BigInteger EVERYBODY = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  /**
   * @throws IllegalArgumentException for values outside their ranges
   */
  public Draw {
    StructEncoder.requireUint256("a draw's threshold", threshold);
    StructEncoder.requireUint32("a draw's number", drawn);
  }

  /** All of so many members. */
  public static Draw everybody(int members) {
    return new Draw(EVERYBODY, members);
  }

  /**
   * A member's draw hash: SHA-256 of federation id, base model, version (8 bytes, big-endian) and
   * address, as a big-endian number from 0 to 2^256-1.
   *
   * @param version the one to be made: the last final one and 1
   */
  public static BigInteger hash(
      FederationId federation, Digest baseModel, long version, Address participant) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(federation.bytes());
    sha256.update(baseModel.bytes());
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(version).array());
    sha256.update(participant.bytes());
    return new BigInteger(1, sha256.digest());
  }

  public boolean everybody() {
    return threshold.equals(EVERYBODY);
  }

  /** Whether a member takes part; see {@link #hash} for the rest. */
  public boolean includes(
      FederationId federation, Digest baseModel, long version, Address participant) {
    return everybody()
        || hash(federation, baseModel, version, participant).compareTo(threshold) < 0;
  }
}
