package org.fedledger.devnet.network;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fedledger.files.WholeFile;

/**
 * The file in which Anvil keeps its chain. Anvil writes it in place, so that a kill may leave half
 * a file; a copy is kept of the last whole one, to start from in that case.
 */
final class AnvilState implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Path file;
  private final Path copy;
  private final CountDownLatch closed = new CountDownLatch(1);

  AnvilState(Path folder) {
    this.file = folder.resolve("anvil-state.json");
    this.copy = folder.resolve("anvil-state.copy.json");
  }

  Path file() {
    return file;
  }

  /** Makes the file one that Anvil can start from; to be called before it starts. */
  void repair() throws IOException {
    if (Files.exists(file) && !whole(file)) {
      if (Files.exists(copy)) {
        Files.copy(copy, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(file);
      }
    }
  }

  /** Keeps copies from now on. */
  void keepCopies() {
    Thread.ofVirtual().name("anvil-state").start(this::copyWhileOpen);
  }

  private void copyWhileOpen() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          copy();
        } catch (IOException e) {
          // It was being written; the next look finds it whole.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copy() throws IOException {
    if (Files.exists(file) && whole(file)) {
      try (WholeFile taken = WholeFile.forOthers(copy)) {
        Files.copy(file, Channels.newOutputStream(taken.channel()));
        if (whole(taken.part())) {
          taken.commit(copy);
        }
      }
    }
  }

  /** A JSON object that was written to its end; half of one does not end with its brace. */
  private static boolean whole(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (in.length() < 2) {
        return false;
      }
      in.seek(in.length() - 1);
      return in.read() == '}';
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
