package org.fedledger.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder that is deleted with all in it, also when the program is interrupted. */
public final class ScratchFolder implements AutoCloseable {

  /** Somebody may still write while the program is being stopped. */
  private static final int TRIES = 3;

  private final Path path;
  private final Thread onExit = new Thread(this::deleteQuietly, "scratch-folder");

  private ScratchFolder(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  public static ScratchFolder create(String prefix) throws IOException {
    return new ScratchFolder(Files.createTempDirectory(prefix));
  }

  public Path path() {
    return path;
  }

  private void deleteQuietly() {
    for (int i = 0; i < TRIES; i++) {
      try {
        delete();
        return;
      } catch (IOException e) {
        // Tried again, then left to the system's own cleaning.
      }
    }
  }

  private void delete() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(path)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The program is being stopped, and the hook at work.
    }
    delete();
  }
}
