package org.fedledger.types;

/** The random identity of a federation, the same wherever it is deployed. */
public final class FederationId extends Bytes<FederationId> {

  public static final int LENGTH = 32;

  public FederationId(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static FederationId of(String text) {
    return new FederationId(parse(text, LENGTH, "a federation id"));
  }
}
