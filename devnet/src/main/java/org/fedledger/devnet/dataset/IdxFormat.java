package org.fedledger.devnet.dataset;

import java.nio.ByteBuffer;

/**
 * Reads the IDX format of MNIST's files: big-endian magic and dimensions, then one byte a pixel or
 * label. Whatever is not exactly that is refused.
 */
final class IdxFormat {

  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  /** Far above every data set of digits; bounds what one file can make us hold. */
  static final int MAX_COUNT = 1_000_000;

  /** The content is not of this form; the message says where it differs. */
  static final class MalformedIdxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    MalformedIdxException(String message) {
      super(message);
    }
  }

  private IdxFormat() {}

  /**
   * Joins a file of images with the file of their labels.
   *
   * @throws MalformedIdxException if either is not of the format, or they do not belong together
   */
  static LabelledImages read(byte[] images, byte[] labels) {
    ByteBuffer imageFile = ByteBuffer.wrap(images);
    ByteBuffer labelFile = ByteBuffer.wrap(labels);
    int imageCount = header(imageFile, "images", IMAGES, 4);
    requireSide("rows", imageFile.getInt());
    requireSide("columns", imageFile.getInt());
    int labelCount = header(labelFile, "labels", LABELS, 2);
    if (imageCount != labelCount) {
      throw new MalformedIdxException(
          "%d images do not go with %d labels".formatted(imageCount, labelCount));
    }
    byte[] pixels = rest(imageFile, "images", (long) imageCount * LabelledImages.PIXELS);
    byte[] values = rest(labelFile, "labels", labelCount);
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= LabelledImages.CLASSES) {
        throw new MalformedIdxException(
            "label %d is %d; labels are 0 to 9".formatted(i, values[i] & 0xFF));
      }
    }
    return new LabelledImages(pixels, values);
  }

  /** Checks the magic, and returns how many items follow. */
  private static int header(ByteBuffer file, String what, int magic, int words) {
    if (file.remaining() < words * Integer.BYTES) {
      throw new MalformedIdxException(
          "the header of %s takes %d bytes; the file has %d"
              .formatted(what, words * Integer.BYTES, file.remaining()));
    }
    int found = file.getInt();
    if (found != magic) {
      throw new MalformedIdxException(
          "a file of %s starts with %08x, not %08x".formatted(what, magic, found));
    }
    int count = file.getInt();
    if (count < 1 || count > MAX_COUNT) {
      throw new MalformedIdxException(
          "a file of %s holds 1 to %d of them, not %d".formatted(what, MAX_COUNT, count));
    }
    return count;
  }

  private static void requireSide(String what, int side) {
    if (side != LabelledImages.SIDE) {
      throw new MalformedIdxException(
          "images have %d %s, not %d".formatted(LabelledImages.SIDE, what, side));
    }
  }

  private static byte[] rest(ByteBuffer file, String what, long wanted) {
    if (file.remaining() != wanted) {
      throw new MalformedIdxException(
          "after the header of %s, %d bytes are wanted; there are %d"
              .formatted(what, wanted, file.remaining()));
    }
    byte[] rest = new byte[file.remaining()];
    file.get(rest);
    return rest;
  }
}
