package org.fedledger.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The elements of one tensor in an open file, read in blocks. Many threads may read at once.
 *
 * <p>Bits are kept, those of NaN included. Every method throws {@link IllegalStateException} for a
 * tensor of a type it does not read, or once the file is closed, and {@link
 * IndexOutOfBoundsException} for elements that do not exist.
 */
public final class TensorData {

  /** Elements that are read, computed or written at once, where no more are wanted. */
  public static final int BLOCK = 4_096;

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final TensorSpec spec;
  private final MemorySegment bytes;

  TensorData(TensorSpec spec, MemorySegment bytes) {
    this.spec = spec;
    this.bytes = bytes;
  }

  public TensorSpec spec() {
    return spec;
  }

  /** Reads elements from..from+count-1 of F32, F16 or BF16 to the start of the array. */
  public void floats(long from, float[] into, int count) {
    switch (spec.type()) {
      case F32 -> MemorySegment.copy(bytes, F32, from * Float.BYTES, into, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = Float.float16ToFloat(bytes.get(HALF, (from + i) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[i] = Float.intBitsToFloat(bytes.get(HALF, (from + i) * Short.BYTES) << 16);
        }
      }
      case F64, U32, U64 -> throw other("floats");
    }
  }

  /** Reads elements from..from+count-1 of F64 to the start of the array, or of F32 widened. */
  public void doubles(long from, double[] into, int count) {
    switch (spec.type()) {
      case F64 -> MemorySegment.copy(bytes, F64, from * Double.BYTES, into, 0, count);
      case F32 -> {
        for (int i = 0; i < count; i++) {
          into[i] = bytes.get(F32, (from + i) * Float.BYTES);
        }
      }
      case F16, BF16, U32, U64 -> throw other("doubles");
    }
  }

  /** Reads elements from..from+count-1 of U32 to the start of the array; unsigned. */
  public void ints(long from, int[] into, int count) {
    if (spec.type() != ElementType.U32) {
      throw other("ints");
    }
    MemorySegment.copy(bytes, U32, from * Integer.BYTES, into, 0, count);
  }

  /** Reads elements from..from+count-1 of U64 to the start of the array; unsigned. */
  public void longs(long from, long[] into, int count) {
    if (spec.type() != ElementType.U64) {
      throw other("longs");
    }
    MemorySegment.copy(bytes, U64, from * Long.BYTES, into, 0, count);
  }

  private IllegalStateException other(String asked) {
    return new IllegalStateException(
        "tensor %s is %s and cannot be read as %s".formatted(spec.name(), spec.type(), asked));
  }
}
