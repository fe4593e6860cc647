package org.fedledger.types;

/** The EIP-712 struct hash of a publication. */
public final class PublicationId extends Bytes<PublicationId> {

  public static final int LENGTH = 32;

  public PublicationId(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static PublicationId of(String text) {
    return new PublicationId(parse(text, LENGTH, "a publication id"));
  }
}
