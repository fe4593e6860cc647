package org.fedledger.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An open canonical safetensors file, the only form that the protocol reads.
 *
 * <p>The file is mapped, not loaded; who shortens it while it is open crashes its readers, so open
 * only files that nobody rewrites, as those of a blob store.
 */
public final class SafetensorsFile implements AutoCloseable {

  private final SafetensorsHeader header;
  private final MappedTensors tensors;

  private SafetensorsFile(SafetensorsHeader header, MappedTensors tensors) {
    this.header = header;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header. Its digest is not checked; see {@link Blobs#id}.
   *
   * @throws MalformedFileException for any other form than the canonical one; the message names the
   *     file
   */
  public static SafetensorsFile open(Path file) throws IOException {
    long size = Files.size(file);
    SafetensorsHeader header = SafetensorsHeader.read(file);
    ParsedHeader layout = ParsedHeader.parse(header.encode(), size);
    return new SafetensorsFile(header, new MappedTensors(file, layout, size));
  }

  public SafetensorsHeader header() {
    return header;
  }

  /**
   * @throws IllegalArgumentException if there is no tensor of this name
   */
  public TensorData tensor(String name) {
    return tensors.tensor(name);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
