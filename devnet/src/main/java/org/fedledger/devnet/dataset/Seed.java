package org.fedledger.devnet.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Random;
import org.fedledger.types.Digest;

/**
 * The one number from which a demo draws everything that would be random in earnest: data, keys,
 * nonces, the federation's id. What is drawn for one purpose tells nothing about another.
 *
 * <p>Nothing drawn from it is secret: a demo's keys protect nothing.
 */
public record Seed(long value) {

  private static final byte[] DOMAIN = "FedLedger demo seed/1".getBytes(StandardCharsets.US_ASCII);

  /** 32 bytes: SHA-256 of domain, seed, purpose and indexes, each of a length that is written. */
  public byte[] bytes(String purpose, long... indexes) {
    byte[] name = purpose.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer numbers = ByteBuffer.allocate((3 + indexes.length) * Long.BYTES);
    numbers.putLong(value).putLong(name.length).putLong(indexes.length);
    for (long index : indexes) {
      numbers.putLong(index);
    }
    MessageDigest sha256 = Digest.sha256();
    sha256.update(DOMAIN);
    sha256.update(numbers.flip());
    return sha256.digest(name);
  }

  /** A generator whose every number is fixed by the Java specification, on all machines. */
  public Random random(String purpose, long... indexes) {
    return new Random(ByteBuffer.wrap(bytes(purpose, indexes)).getLong());
  }
}
