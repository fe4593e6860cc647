package org.fedledger.tensor;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The 16 random bytes of an update, without which its digest could be guessed.
 *
 * @param text {@code 0x} and 32 lower-case hex digits
 */
public record Nonce(String text) {

  private static final int LENGTH = 16;

  /**
   * @throws IllegalArgumentException for any other text
   */
  public Nonce {
    if (!text.matches("0x[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a nonce is 0x and 32 lower-case hex digits");
    }
  }

  /** From {@link SecureRandom}, except where a demo must repeat itself. */
  public static Nonce generate(RandomGenerator random) {
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    return new Nonce("0x" + HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return text;
  }
}
