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
 * All elements of a canonical file whose tensors are of one type, F32 or F64.
 *
 * <p>An open file costs an address range and a few objects, however many tensors it has, so that
 * thousands may be open at once.
 */
public final class FileElements implements Elements {

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment data;
  private final ElementType type;

  private FileElements(MemorySegment data, ElementType type) {
    this.data = data;
    this.type = type;
  }

  /**
   * Opens a file until the arena is closed. As with {@link SafetensorsFile}, nobody may shorten it
   * meanwhile.
   *
   * @param type of all its elements, F32 or F64
   * @param tensors what the file must hold, in name order
   * @throws MalformedFileException for any other form than the canonical one, other tensors, or
   *     elements of another type; the message names the file
   */
  public static FileElements open(
      Path file, ElementType type, List<TensorSpec> tensors, Arena arena) throws IOException {
    if (type != ElementType.F32 && type != ElementType.F64) {
      throw new IllegalArgumentException("elements are read as F32 or F64, not " + type);
    }
    SafetensorsHeader header = SafetensorsHeader.read(file);
    for (TensorSpec tensor : header.tensors()) {
      if (tensor.type() != type) {
        throw new MalformedFileException(
            "%s: tensor %s is %s; %s belongs there"
                .formatted(file.getFileName(), tensor.name(), tensor.type(), type));
      }
    }
    if (!header.tensors().equals(tensors)) {
      throw new MalformedFileException(
          "%s: its tensors differ in names or shapes from those expected"
              .formatted(file.getFileName()));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new FileElements(
          channel.map(MapMode.READ_ONLY, header.encode().length, header.dataSize(), arena), type);
    }
  }

  @Override
  public long count() {
    return data.byteSize() / type.bytes();
  }

  @Override
  public void floats(long from, float[] into, int count) {
    if (type != ElementType.F32) {
      throw new IllegalStateException(type + " cannot be read as F32");
    }
    MemorySegment.copy(data, F32, from * Float.BYTES, into, 0, count);
  }

  @Override
  public void doubles(long from, double[] into, int count) {
    if (type == ElementType.F64) {
      MemorySegment.copy(data, F64, from * Double.BYTES, into, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      into[i] = data.get(F32, (from + i) * Float.BYTES);
    }
  }
}
