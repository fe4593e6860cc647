package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Small files that are there whole, or not at all; only their owner may read them. */
final class PrivateFile {

  private static final long MAX_BYTES = 1 << 20;

  private PrivateFile() {}

  static void write(Path file, byte[] content) throws IOException {
    // A temporary file is its owner's alone, and so is what it becomes.
    Path temporary = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large for what belongs there");
    }
    return Files.readAllBytes(file);
  }
}
