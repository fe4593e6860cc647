package org.fedledger.tensor;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** A file's tensors, memory-mapped until closed. */
final class MappedTensors implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final Map<String, TensorData> tensors = new HashMap<>();

  MappedTensors(Path file, ParsedHeader header, long fileSize) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, fileSize, arena);
      for (ParsedHeader.Located tensor : header.tensors()) {
        MemorySegment bytes =
            mapped.asSlice(header.dataStart() + tensor.begin(), tensor.spec().bytes());
        tensors.put(tensor.spec().name(), new TensorData(tensor.spec(), bytes));
      }
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads a file's header.
   *
   * @param parse from length field and header, and the file's size
   * @throws MalformedFileException naming the file, as the function does
   */
  static <T> T readHeader(Path file, BiFunction<byte[], Long, T> parse) throws IOException {
    long size = Files.size(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] lengthField = in.readNBytes(SafetensorsHeader.LENGTH_FIELD);
      int length = ParsedHeader.prefixLength(lengthField, size);
      byte[] prefix = Arrays.copyOf(lengthField, length);
      int rest = length - lengthField.length;
      if (in.readNBytes(prefix, lengthField.length, rest) < rest) {
        throw new EOFException(file + ": the file shrank while it was read");
      }
      return parse.apply(prefix, size);
    } catch (MalformedFileException e) {
      throw new MalformedFileException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  TensorData tensor(String name) {
    TensorData tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the file has no tensor named '%s'".formatted(name));
    }
    return tensor;
  }

  @Override
  public void close() {
    arena.close();
  }
}
