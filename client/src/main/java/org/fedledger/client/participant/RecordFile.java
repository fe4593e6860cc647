package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Small files in a work folder. */
final class RecordFile {

  private static final long MAX_BYTES = 1 << 20;

  private RecordFile() {}

  static Optional<byte[]> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large for what belongs there");
    }
    return Optional.of(Files.readAllBytes(file));
  }
}
