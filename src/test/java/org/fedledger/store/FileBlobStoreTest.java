package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest extends BlobStoreSuite {

  @TempDir Path folder;

  @Override
  protected BlobStore store() throws IOException {
    return new FileBlobStore(folder);
  }

  @Test
  void shouldLeaveNoFileOfWhatItDidNotTake() throws IOException {
    BlobStore store = store();
    byte[] other = "an upDate".getBytes(StandardCharsets.US_ASCII);
    receive(store, DIGEST, other.length, other);
    receive(store, DIGEST, CONTENT.length - 1, CONTENT);
    receive(store, DIGEST, CONTENT.length + 1, CONTENT);
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldForgetAtTheNextStartWhatNeverArrivedWhole() throws IOException {
    store().receive(DIGEST, CONTENT.length).write(ByteBuffer.wrap(CONTENT));
    assertThat(files()).isNotEmpty();
    store();
    assertThat(files()).isEmpty();
  }

  @Test
  void shouldHaveWhatItTookAfterARestart() throws IOException {
    receive(store(), DIGEST, CONTENT.length, CONTENT);
    assertThat(store().size(DIGEST)).hasValue(CONTENT.length);
    assertThat(files()).extracting(Path::getFileName).containsExactly(Path.of(DIGEST.hex()));
  }

  @Test
  void shouldFollowNoLinkAndReplaceIt() throws IOException {
    BlobStore store = store();
    receive(store, DIGEST, CONTENT.length, CONTENT);
    Path file = files().getFirst();
    Path elsewhere = Files.write(folder.resolveSibling("elsewhere"), CONTENT);
    Files.delete(file);
    Files.createSymbolicLink(file, elsewhere);
    assertThat(store.size(DIGEST)).isEmpty();
    assertThat(store.read(DIGEST, 0, 1)).isEqualTo(AbsentBlob.MISSING);
    assertThat(((FileBlobStore) store).file(DIGEST)).isEmpty();

    Files.writeString(elsewhere, "not to be written");
    receive(store, DIGEST, CONTENT.length, CONTENT);
    assertThat(file).isRegularFile().hasBinaryContent(CONTENT);
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(elsewhere).hasContent("not to be written");
  }

  private List<Path> files() throws IOException {
    try (var found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }
}
