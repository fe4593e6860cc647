package org.fedledger.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder for the time of one simulation, in memory where the system has such a place: files are
 * made and synced by the thousand, and none outlives the run.
 */
final class SimulationFolder implements AutoCloseable {

  private static final Path IN_MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "fedledger-simulation";

  private final Path path;

  SimulationFolder() throws IOException {
    path =
        Files.isWritable(IN_MEMORY)
            ? Files.createTempDirectory(IN_MEMORY, PREFIX)
            : Files.createTempDirectory(PREFIX);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
