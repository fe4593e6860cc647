package org.fedledger.rlp;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * An item of Recursive Length Prefix encoding (Yellow Paper, appendix B): bytes, or a list of
 * items.
 *
 * <p>Every item has one encoding, and {@link #decode} takes no other: whatever is decoded gives the
 * same bytes again.
 */
public sealed interface Rlp {

  /** Deeper than anything in a header, a receipt or a trie. */
  int MAX_DEPTH = 32;

  /** Far more than in the receipts of any block; an item may be a single byte, and an object. */
  int MAX_ITEMS = 1 << 22;

  /** The item's encoding. */
  byte[] encode();

  /** Bytes, which may be none. */
  final class Text implements Rlp {

    private final byte[] value;

    private Text(byte[] value) {
      this.value = value;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
      return value.clone();
    }

    public int length() {
      return value.length;
    }

    /**
     * The bytes as a number, which stands without leading zeros.
     *
     * @throws MalformedRlpException for a leading zero, or a number of 2^63 and more
     */
    public long number() {
      if (value.length > 0 && value[0] == 0) {
        throw new MalformedRlpException("a number stands with a leading zero: " + this);
      }
      if (value.length > Long.BYTES || value.length == Long.BYTES && value[0] < 0) {
        throw new MalformedRlpException("a number is 2^63 or more: " + this);
      }
      return new BigInteger(1, value).longValue();
    }

    @Override
    public byte[] encode() {
      boolean itself = value.length == 1 && value[0] >= 0;
      return itself ? value.clone() : prefixed(0x80, value);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text that && Arrays.equals(value, that.value);
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

  /** Items in order. */
  record Items(List<Rlp> items) implements Rlp {

    public Items {
      items = List.copyOf(items);
    }

    @Override
    public byte[] encode() {
      List<byte[]> encoded = items.stream().map(Rlp::encode).toList();
      byte[] payload = new byte[encoded.stream().mapToInt(e -> e.length).sum()];
      int at = 0;
      for (byte[] each : encoded) {
        System.arraycopy(each, 0, payload, at, each.length);
        at += each.length;
      }
      return prefixed(0xc0, payload);
    }
  }

  static Text text(byte[] bytes) {
    return new Text(bytes.clone());
  }

  /**
   * @param number not negative
   */
  static Text number(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("RLP has no negative numbers, such as " + number);
    }
    return new Text(bigEndian(number));
  }

  static Items list(Rlp... items) {
    return new Items(List.of(items));
  }

  static Items list(List<? extends Rlp> items) {
    return new Items(List.copyOf(items));
  }

  /**
   * Reads one item.
   *
   * @throws MalformedRlpException unless the bytes are exactly the encoding of an item, nested at
   *     most {@link #MAX_DEPTH} deep, with at most {@link #MAX_ITEMS} items in all
   */
  static Rlp decode(byte[] encoded) {
    RlpDecoder decoder = new RlpDecoder(encoded);
    Rlp item = decoder.item(encoded.length, 0);
    decoder.requireEnd();
    return item;
  }

  /** The item as bytes; {@code what} names it in the error. */
  default Text asText(String what) {
    if (this instanceof Text text) {
      return text;
    }
    throw new MalformedRlpException(what + " is a list where bytes should be");
  }

  /** The item as bytes of that length. */
  default byte[] asText(String what, int length) {
    Text text = asText(what);
    if (text.length() != length) {
      throw new MalformedRlpException(
          "%s takes %d bytes, not %d".formatted(what, length, text.length()));
    }
    return text.bytes();
  }

  /** The item as a list; {@code what} names it in the error. */
  default List<Rlp> asList(String what) {
    if (this instanceof Items list) {
      return list.items();
    }
    throw new MalformedRlpException(what + " is bytes where a list should be");
  }

  /** The item as a list of that many. */
  default List<Rlp> asList(String what, int size) {
    List<Rlp> items = asList(what);
    if (items.size() != size) {
      throw new MalformedRlpException(
          "%s has %d items, not %d".formatted(what, size, items.size()));
    }
    return items;
  }

  private static byte[] prefixed(int base, byte[] payload) {
    byte[] length = bigEndian(payload.length);
    byte[] prefix =
        payload.length <= RlpDecoder.SHORT
            ? new byte[] {(byte) (base + payload.length)}
            : concatenated(new byte[] {(byte) (base + RlpDecoder.SHORT + length.length)}, length);
    return concatenated(prefix, payload);
  }

  private static byte[] bigEndian(long number) {
    byte[] twosComplement = BigInteger.valueOf(number).toByteArray();
    int leading = twosComplement[0] == 0 ? 1 : 0;
    return Arrays.copyOfRange(twosComplement, leading, twosComplement.length);
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
