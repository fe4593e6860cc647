package org.fedledger.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A folder that one user has to itself, whether others are of this process or of another; given
 * back when it is closed, or its process ends in any way.
 */
public final class FolderLock implements AutoCloseable {

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Locks a folder, making it where it is missing.
   *
   * @return empty if another has it
   */
  public static Optional<FolderLock> of(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() != null) {
        return Optional.of(new FolderLock(file));
      }
    } catch (OverlappingFileLockException e) {
      // Another of this process has it.
    }
    file.close();
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
