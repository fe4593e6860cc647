package org.fedledger.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Name, element type and shape of a tensor.
 *
 * @param name 1 to 256 of {@code A-Z a-z 0-9 . _ / -}, but not {@code __metadata__}
 * @param shape up to 32 dimensions from 0 on, row-major; none means one element. The dimensions
 *     above 0 together make at most 2^53-1 bytes
 */
public record TensorSpec(String name, ElementType type, List<Long> shape) {

  static final int MAX_RANK = 32;
  static final long MAX_BYTES = (1L << 53) - 1;

  /** The header's key for what is no tensor. */
  static final String METADATA = "__metadata__";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,256}");

  /**
   * @throws IllegalArgumentException for a name or shape outside the ranges above
   */
  public TensorSpec {
    requireName(name);
    shape = List.copyOf(shape);
    if (shape.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor %s has %d dimensions; at most %d are allowed"
              .formatted(name, shape.size(), MAX_RANK));
    }
    long bytes = type.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "tensor %s has a dimension of %d; none may be negative".formatted(name, dimension));
      }
      if (dimension > 0 && dimension > MAX_BYTES / bytes) {
        throw new IllegalArgumentException(
            "tensor %s of shape %s is larger than 2^53-1 bytes".formatted(name, shape));
      }
      bytes *= Math.max(dimension, 1);
    }
  }

  public static TensorSpec of(String name, ElementType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** Number of elements; 1 for a scalar, 0 if any dimension is 0. */
  public long elements() {
    // A plain loop, since this is asked for each block of each file.
    long elements = 1;
    for (long dimension : shape) {
      elements *= dimension;
    }
    return elements;
  }

  /** Bytes of all elements. */
  public long bytes() {
    return elements() * type.bytes();
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a tensor's name is 1 to 256 of A-Z a-z 0-9 . _ / -, not '%s'"
              .formatted(name.length() <= 80 ? name : name.substring(0, 80) + "…"));
    }
    if (name.equals(METADATA)) {
      throw new IllegalArgumentException("a tensor may not be named " + METADATA);
    }
  }
}
