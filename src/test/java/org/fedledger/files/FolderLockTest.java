package org.fedledger.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir Path folder;

  @Test
  void isHadByOneUntilItIsGivenBack() throws IOException {
    Path work = folder.resolve("not").resolve("there").resolve("yet");
    try (FolderLock _ = FolderLock.of(work).orElseThrow()) {
      assertThat(work).isDirectory();
      assertThat(FolderLock.of(work)).isEmpty();
      assertThat(FolderLock.of(folder)).as("another folder").isPresent();
    }
    assertThat(FolderLock.of(work)).isPresent();
  }
}
