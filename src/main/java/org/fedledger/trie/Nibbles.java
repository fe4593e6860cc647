package org.fedledger.trie;

import java.util.Arrays;
import org.fedledger.rlp.MalformedRlpException;

/** Half bytes, in which tries count their paths (Yellow Paper, appendices C and D). */
final class Nibbles {

  private static final int ODD = 1;
  private static final int LEAF = 2;

  private Nibbles() {}

  static byte[] of(byte[] bytes) {
    byte[] nibbles = new byte[2 * bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      nibbles[2 * i] = (byte) (bytes[i] >> 4 & 0xf);
      nibbles[2 * i + 1] = (byte) (bytes[i] & 0xf);
    }
    return nibbles;
  }

  /** Hex-prefix encoding: whether it is a leaf's path, whether it is odd, and the path. */
  static byte[] prefixed(byte[] path, boolean leaf) {
    boolean odd = path.length % 2 == 1;
    byte[] padded = new byte[path.length + (odd ? 1 : 2)];
    padded[0] = (byte) ((leaf ? LEAF : 0) | (odd ? ODD : 0));
    System.arraycopy(path, 0, padded, padded.length - path.length, path.length);
    byte[] bytes = new byte[padded.length / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (padded[2 * i] << 4 | padded[2 * i + 1]);
    }
    return bytes;
  }

  /** A path and whether it is a leaf's. */
  record Path(byte[] nibbles, boolean leaf) {}

  /**
   * @throws MalformedRlpException unless {@link #prefixed} writes just these bytes
   */
  static Path read(byte[] prefixed) {
    byte[] nibbles = of(prefixed);
    if (nibbles.length > 0) {
      boolean odd = (nibbles[0] & ODD) != 0;
      boolean leaf = (nibbles[0] & LEAF) != 0;
      byte[] path = Arrays.copyOfRange(nibbles, odd ? 1 : 2, nibbles.length);
      if (Arrays.equals(prefixed(path, leaf), prefixed)) {
        return new Path(path, leaf);
      }
    }
    throw new MalformedRlpException("a trie's path is not hex-prefix encoded");
  }
}
