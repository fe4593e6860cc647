package org.fedledger.types;

/** The hash that everything signed in a round is bound to. */
public final class RoundId extends Bytes<RoundId> {

  public static final int LENGTH = 32;

  public RoundId(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static RoundId of(String text) {
    return new RoundId(parse(text, LENGTH, "a round id"));
  }
}
