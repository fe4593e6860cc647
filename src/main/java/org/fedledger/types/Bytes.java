package org.fedledger.types;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A fixed number of bytes with value equality; its text form is {@code 0x} and lower-case hex.
 *
 * <p>Each meaning is a type of its own, so that mixed-up hashes do not compile. Values order as
 * unsigned big-endian numbers, which is the order of their text form.
 */
public abstract sealed class Bytes<T extends Bytes<T>> implements Comparable<T>
    permits Address,
        BlockHash,
        Digest,
        FederationId,
        PublicationId,
        RoundId,
        TransactionHash,
        TrieRoot {

  private final byte[] value;

  Bytes(byte[] value, int length) {
    if (value.length != length) {
      throw new IllegalArgumentException(
          "%s takes %d bytes, not %d".formatted(getClass().getSimpleName(), length, value.length));
    }
    this.value = value.clone();
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException unless it is {@code 0x} and exactly 2 * length lower-case hex
   *     digits
   */
  static byte[] parse(String text, int length, String what) {
    if (text.length() != 2 + 2 * length || !text.startsWith("0x")) {
      throw new IllegalArgumentException(
          "%s is 0x and %d lower-case hex digits, not '%s'"
              .formatted(what, 2 * length, shortened(text)));
    }
    for (int i = 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        throw new IllegalArgumentException(
            "%s has '%c' at position %d; only 0-9 and a-f may stand there".formatted(what, c, i));
      }
    }
    return HexFormat.of().parseHex(text, 2, text.length());
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /** A copy of the bytes. */
  public final byte[] bytes() {
    return value.clone();
  }

  /** The lower-case hex digits without {@code 0x}. */
  public final String hex() {
    return HexFormat.of().formatHex(value);
  }

  public final boolean isZero() {
    for (byte b : value) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final int compareTo(T other) {
    return Arrays.compareUnsigned(value, ((Bytes<?>) other).value);
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && Arrays.equals(value, ((Bytes<?>) other).value);
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public final String toString() {
    return "0x" + hex();
  }
}
