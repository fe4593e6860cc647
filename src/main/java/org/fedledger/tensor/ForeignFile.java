package org.fedledger.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An open safetensors file by another writer: any order of keys and tensors, any padding, F16 and
 * BF16 too. No gate takes such a file; {@link Canonicaliser} makes one that they take.
 */
public final class ForeignFile implements AutoCloseable {

  private final ParsedHeader header;
  private final MappedTensors tensors;

  private ForeignFile(ParsedHeader header, MappedTensors tensors) {
    this.header = header;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedFileException for what is no safetensors file, or holds names or element types
   *     that the protocol does not know; the message names the file
   */
  public static ForeignFile open(Path file) throws IOException {
    ParsedHeader header = MappedTensors.readHeader(file, ParsedHeader::parse);
    return new ForeignFile(header, new MappedTensors(file, header, Files.size(file)));
  }

  /** What its writer noted, of any content. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  /** In name order, which need not be the order of their data. */
  public List<TensorSpec> tensors() {
    return header.tensors().stream().map(ParsedHeader.Located::spec).toList();
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
