package org.fedledger.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * All elements of a canonical file of F32 as one row, in the order of its tensors.
 *
 * <p>Files of the same tensors lay them out alike, so element i is the same parameter in each. An
 * open file costs an address range and a few objects, however many tensors it has, so that
 * thousands may be open at once. Many threads may read at once.
 */
public final class FlatFloats {

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment data;

  private FlatFloats(MemorySegment data) {
    this.data = data;
  }

  /**
   * Opens a file until the arena is closed. As with {@link SafetensorsFile}, nobody may shorten it
   * meanwhile.
   *
   * @param tensors what the file must hold, in name order
   * @throws MalformedFileException for any other form than the canonical one, other tensors, or
   *     elements that are not F32; the message names the file
   */
  public static FlatFloats open(Path file, List<TensorSpec> tensors, Arena arena)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.read(file);
    for (TensorSpec tensor : header.tensors()) {
      if (tensor.type() != ElementType.F32) {
        throw new MalformedFileException(
            "%s: tensor %s is %s; F32 belongs there"
                .formatted(file.getFileName(), tensor.name(), tensor.type()));
      }
    }
    if (!header.tensors().equals(tensors)) {
      throw new MalformedFileException(
          "%s: its tensors differ in names or shapes from those expected"
              .formatted(file.getFileName()));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new FlatFloats(
          channel.map(MapMode.READ_ONLY, header.encode().length, header.dataSize(), arena));
    }
  }

  /** Number of elements. */
  public long elements() {
    return data.byteSize() / Float.BYTES;
  }

  /**
   * Reads elements from..from+count-1 to the start of the array.
   *
   * @throws IndexOutOfBoundsException for elements that do not exist
   */
  public void read(long from, float[] into, int count) {
    MemorySegment.copy(data, F32, from * Float.BYTES, into, 0, count);
  }
}
