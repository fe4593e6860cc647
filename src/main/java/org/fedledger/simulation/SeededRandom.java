package org.fedledger.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.fedledger.types.Digest;

/**
 * Numbers that follow from a seed and a purpose, the same on every machine and for ever: SHA-256 of
 * both begins a SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators,
 * 2014). Not for secrets. For one thread.
 */
final class SeededRandom {

  private static final int PER_MILLE = 1_000;

  private long state;

  /**
   * @param purpose keeps what is drawn for one thing apart from what is drawn for another
   */
  SeededRandom(long seed, String purpose) {
    this.state = ByteBuffer.wrap(hash(seed, purpose)).getLong();
  }

  /** 32 bytes that follow from seed and purpose. */
  static byte[] hash(long seed, String purpose) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update("FedLedger simulation/1".getBytes(UTF_8));
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
    sha256.update(purpose.getBytes(UTF_8));
    return sha256.digest();
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** From 0 to below the bound, which is small, so that no value is much likelier than another. */
  int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  /** From {@code least} to {@code most}, both included. */
  int between(int least, int most) {
    return least + below(most - least + 1);
  }

  boolean happens(int perMille) {
    return perMille > 0 && below(PER_MILLE) < perMille;
  }

  /** From -1 to below 1. */
  float signedUnit() {
    return (next() >> 40) * 0x1p-23f;
  }
}
