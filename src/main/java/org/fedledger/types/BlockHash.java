package org.fedledger.types;

/** The hash of a block. */
public final class BlockHash extends Bytes<BlockHash> {

  public static final int LENGTH = 32;

  public BlockHash(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static BlockHash of(String text) {
    return new BlockHash(parse(text, LENGTH, "a block hash"));
  }
}
