package org.fedledger.types;

/** An Ethereum address. A participant is its first admitted address for ever. */
public final class Address extends Bytes<Address> {

  public static final int LENGTH = 20;

  public Address(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 40 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Address of(String text) {
    return new Address(parse(text, LENGTH, "an address"));
  }
}
