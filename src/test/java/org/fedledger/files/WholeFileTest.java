package org.fedledger.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;

  @Test
  void shouldWriteAFileAndTheFoldersAboveIt() throws IOException {
    Path file = folder.resolve("a/b/file");
    WholeFile.write(file, CONTENT);
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void shouldReplaceAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "what was there, which was longer");
    WholeFile.write(file, CONTENT);
    assertThat(file).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldLeaveTheFileThatIsThereUntilTheNewOneIsWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    try (WholeFile whole = WholeFile.beside(file)) {
      whole.channel().write(ByteBuffer.wrap(CONTENT));
      assertThat(file).hasContent("before");
      whole.commit(file);
      assertThat(file).hasBinaryContent(CONTENT);
    }
    assertThat(file).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldLeaveNothingUnlessItIsCommitted() throws IOException {
    try (WholeFile whole = WholeFile.beside(folder.resolve("file"))) {
      whole.channel().write(ByteBuffer.wrap(CONTENT));
      assertThat(folder).isDirectoryContaining(path -> path.equals(whole.part()));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldLeaveNothingWhereTheContentCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    assertThatThrownBy(
            () ->
                WholeFile.writeForOthers(
                    file,
                    out -> {
                      out.write(CONTENT);
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(file).hasContent("before");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void shouldGiveAFileThatIsThereItsPlace() throws IOException {
    Path made = Files.write(folder.resolve("draft"), CONTENT);
    Path file = Files.writeString(folder.resolve("file"), "before");
    WholeFile.adopt(made, file);
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(made).doesNotExist();
  }

  @Test
  void shouldShowAFileToItsOwnerOnlyUnlessItIsForOthers() throws IOException {
    Path usual = Files.writeString(folder.resolve("usual"), "");
    Path own = folder.resolve("own");
    Path shared = folder.resolve("shared");
    WholeFile.write(own, CONTENT);
    WholeFile.writeForOthers(shared, out -> out.write(CONTENT));
    assertThat(Files.getPosixFilePermissions(own))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    assertThat(Files.getPosixFilePermissions(shared))
        .isEqualTo(Files.getPosixFilePermissions(usual));
  }
}
