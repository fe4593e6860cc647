package org.fedledger.rlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads items one after the other; takes each in its shortest form only. */
final class RlpDecoder {

  /** Longest payload whose length stands in the prefix itself. */
  static final int SHORT = 55;

  private static final int TEXT = 0x80;
  private static final int LIST = 0xc0;

  private final byte[] in;
  private int at;
  private int items;

  RlpDecoder(byte[] in) {
    this.in = in;
  }

  /**
   * @param end where the list ends that the item stands in
   */
  Rlp item(int end, int depth) {
    if (depth > Rlp.MAX_DEPTH) {
      throw malformed("lists are nested more than %d deep".formatted(Rlp.MAX_DEPTH));
    }
    if (++items > Rlp.MAX_ITEMS) {
      throw malformed("there are more than %d items".formatted(Rlp.MAX_ITEMS));
    }
    int prefix = next(end);
    if (prefix < TEXT) {
      return Rlp.text(new byte[] {(byte) prefix});
    }
    if (prefix < LIST) {
      byte[] payload = take(length(prefix - TEXT, end), end);
      if (payload.length == 1 && payload[0] >= 0) {
        throw malformed("a byte below 0x80 stands with a prefix");
      }
      return Rlp.text(payload);
    }
    return list(length(prefix - LIST, end), end, depth);
  }

  private Rlp list(int length, int end, int depth) {
    int listEnd = at + requireWithin(length, end);
    List<Rlp> items = new ArrayList<>();
    while (at < listEnd) {
      items.add(item(listEnd, depth + 1));
    }
    return Rlp.list(items);
  }

  /** The payload's length, which is either in the prefix or in the bytes after it. */
  private int length(int coded, int end) {
    if (coded <= SHORT) {
      return coded;
    }
    int bytes = coded - SHORT;
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      int digit = next(end);
      if (i == 0 && digit == 0) {
        throw malformed("a length stands with a leading zero");
      }
      length = length << 8 | digit;
      if (length > in.length) {
        throw malformed("an item is longer than all there is");
      }
    }
    if (length <= SHORT) {
      throw malformed("a length below %d stands apart from its prefix".formatted(SHORT + 1));
    }
    return (int) length;
  }

  private int next(int end) {
    requireWithin(1, end);
    return in[at++] & 0xff;
  }

  private byte[] take(int length, int end) {
    requireWithin(length, end);
    at += length;
    return Arrays.copyOfRange(in, at - length, at);
  }

  private int requireWithin(int length, int end) {
    if (length > end - at) {
      throw malformed("an item reaches beyond its end");
    }
    return length;
  }

  void requireEnd() {
    if (at != in.length) {
      throw malformed("there is more after the item");
    }
  }

  private MalformedRlpException malformed(String why) {
    return new MalformedRlpException("%s, at byte %d".formatted(why, at));
  }
}
