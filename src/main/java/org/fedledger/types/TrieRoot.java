package org.fedledger.types;

/** The root hash of a Merkle-Patricia trie, such as a block's receipts root. */
public final class TrieRoot extends Bytes<TrieRoot> {

  public static final int LENGTH = 32;

  public TrieRoot(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static TrieRoot of(String text) {
    return new TrieRoot(parse(text, LENGTH, "a trie root"));
  }
}
