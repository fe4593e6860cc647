package org.fedledger.training;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.fedledger.types.Digest;

/**
 * SHA-256 in counter mode: the same numbers on every JDK. For one thread.
 *
 * <p>Block i is SHA-256 of key and i. The key is SHA-256 of parts, the first a text that says what
 * for, the others of fixed length.
 */
final class HashRandom implements RandomGenerator {

  private final MessageDigest sha256;
  private final byte[] key;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long next;

  HashRandom(Digest key) {
    this.sha256 = Digest.sha256();
    this.key = key.bytes();
  }

  static Digest key(byte[]... parts) {
    MessageDigest sha256 = Digest.sha256();
    for (byte[] part : parts) {
      sha256.update(part);
    }
    return new Digest(sha256.digest());
  }

  @Override
  public long nextLong() {
    if (!block.hasRemaining()) {
      sha256.update(key);
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(next++).flip());
      block = ByteBuffer.wrap(sha256.digest());
    }
    return block.getLong();
  }
}
