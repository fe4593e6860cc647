package org.fedledger.signing;

import java.util.Arrays;
import java.util.HexFormat;
import org.fedledger.crypto.Keccak256;

/** The Keccak-256 of a {@link Decision}; a hash that the contract computes, not one of a file. */
public final class DecisionDigest {

  private final byte[] value;

  /**
   * @throws IllegalArgumentException unless there are 32 bytes
   */
  public DecisionDigest(byte[] value) {
    if (value.length != Keccak256.LENGTH) {
      throw new IllegalArgumentException(
          "a decision's digest takes 32 bytes, not %d".formatted(value.length));
    }
    this.value = value.clone();
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static DecisionDigest of(String text) {
    if (!text.matches("0x[0-9a-f]{64}")) {
      throw new IllegalArgumentException("a decision's digest is 0x and 64 lower-case hex digits");
    }
    return new DecisionDigest(HexFormat.of().parseHex(text, 2, text.length()));
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecisionDigest that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(value);
  }
}
