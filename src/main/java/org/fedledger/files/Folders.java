package org.fedledger.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Folders for files in the making. */
public final class Folders {

  private Folders() {}

  /**
   * The folder, made where it is missing, and without what a process left there that was killed.
   *
   * @param folder that holds files alone, and that no other process uses
   */
  public static Path emptied(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    return folder;
  }
}
