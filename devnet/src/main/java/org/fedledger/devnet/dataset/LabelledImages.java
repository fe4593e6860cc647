package org.fedledger.devnet.dataset;

import java.util.Arrays;

/**
 * Pictures of digits, one byte a pixel, 0 for background, with their labels 0 to 9. The arrays are
 * not copied: whoever made them hands them over.
 */
public record LabelledImages(byte[] pixels, byte[] labels) {

  public static final int SIDE = 28;
  public static final int PIXELS = SIDE * SIDE;
  public static final int CLASSES = 10;

  public LabelledImages {
    if (pixels.length != (long) labels.length * PIXELS) {
      throw new IllegalArgumentException(
          "%d labels take %d pixels, not %d"
              .formatted(labels.length, (long) labels.length * PIXELS, pixels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= CLASSES) {
        throw new IllegalArgumentException(
            "label %d is %d; labels are 0 to 9".formatted(i, labels[i] & 0xFF));
      }
    }
  }

  public int size() {
    return labels.length;
  }

  /** The pictures of the given indexes, in that order. */
  public LabelledImages pick(int[] indexes) {
    byte[] somePixels = new byte[indexes.length * PIXELS];
    byte[] someLabels = new byte[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      System.arraycopy(pixels, indexes[i] * PIXELS, somePixels, i * PIXELS, PIXELS);
      someLabels[i] = labels[indexes[i]];
    }
    return new LabelledImages(somePixels, someLabels);
  }

  /** Pixels from 0 to 1, row after row. */
  public float[] features() {
    float[] features = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      features[i] = (pixels[i] & 0xFF) / 255f;
    }
    return features;
  }

  /** For each picture ten numbers: 1 at its label, else 0. */
  public float[] oneHotLabels() {
    float[] oneHot = new float[labels.length * CLASSES];
    for (int i = 0; i < labels.length; i++) {
      oneHot[i * CLASSES + labels[i]] = 1f;
    }
    return oneHot;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelledImages(byte[] p, byte[] l)
        && Arrays.equals(pixels, p)
        && Arrays.equals(labels, l);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(pixels) + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return "LabelledImages[" + labels.length + "]";
  }
}
