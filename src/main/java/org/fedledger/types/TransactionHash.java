package org.fedledger.types;

/** The hash of a transaction. */
public final class TransactionHash extends Bytes<TransactionHash> {

  public static final int LENGTH = 32;

  public TransactionHash(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static TransactionHash of(String text) {
    return new TransactionHash(parse(text, LENGTH, "a transaction hash"));
  }
}
