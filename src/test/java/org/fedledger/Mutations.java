package org.fedledger;

import java.util.Arrays;
import java.util.Random;

/** Damage for parsers: a few bytes changed, inserted, removed, doubled or cut off. */
public final class Mutations {

  private Mutations() {}

  /** A damaged copy; the same seed does the same damage. */
  public static byte[] of(byte[] original, long seed) {
    Random random = new Random(seed);
    byte[] bytes = original.clone();
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(6)) {
      case 0 -> replaced(bytes, at, (byte) random.nextInt(256));
      case 1 -> replaced(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
      case 2 -> replaced(bytes, at, bytes[random.nextInt(bytes.length)]);
      case 3 -> spliced(bytes, at, at, new byte[] {(byte) random.nextInt(128)});
      case 4 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)), new byte[0]);
      default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : doubled(bytes, at, random);
    };
  }

  private static byte[] doubled(byte[] bytes, int at, Random random) {
    int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
    return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
  }

  private static byte[] replaced(byte[] bytes, int at, byte by) {
    bytes[at] = by;
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] by) {
    byte[] result = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
    return result;
  }
}
