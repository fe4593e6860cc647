package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest {

  private static final byte[] CONTENT = "an update".getBytes(StandardCharsets.US_ASCII);
  private static final Digest DIGEST = Digest.ofContent(CONTENT);

  @TempDir Path folder;
  private FileBlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FileBlobStore(folder);
  }

  @Test
  void givesBackWhatItTook() throws IOException {
    assertThat(receive(DIGEST, CONTENT.length, CONTENT))
        .isEqualTo(new BlobStore.Received.Stored(CONTENT.length));
    assertThat(store.size(DIGEST)).hasValue(CONTENT.length);
    assertThat(store.fetch(DIGEST))
        .isInstanceOfSatisfying(
            BlobSource.Fetched.Found.class, f -> assertThat(f.file()).hasBinaryContent(CONTENT));
  }

  @Test
  void takesTheSameBlobTwice() throws IOException {
    receive(DIGEST, CONTENT.length, CONTENT);
    assertThat(receive(DIGEST, CONTENT.length, CONTENT))
        .isEqualTo(new BlobStore.Received.Stored(CONTENT.length));
  }

  @Test
  void leavesNothingOfABlobWithAnotherDigest() throws IOException {
    byte[] other = "an upDate".getBytes(StandardCharsets.US_ASCII);
    assertThat(receive(DIGEST, other.length, other))
        .isEqualTo(new BlobStore.Received.WrongDigest(DIGEST, Digest.ofContent(other)));
    assertThat(files()).isEmpty();
  }

  @Test
  void leavesNothingOfABlobThatIsTooLong() throws IOException {
    assertThat(receive(DIGEST, CONTENT.length - 1, CONTENT))
        .isEqualTo(new BlobStore.Received.WrongSize(CONTENT.length - 1, CONTENT.length));
    assertThat(files()).isEmpty();
  }

  @Test
  void leavesNothingOfABlobThatIsTooShort() throws IOException {
    assertThat(receive(DIGEST, CONTENT.length + 1, CONTENT))
        .isEqualTo(new BlobStore.Received.WrongSize(CONTENT.length + 1, CONTENT.length));
    assertThat(files()).isEmpty();
  }

  @Test
  void forgetsAtTheNextStartWhatNeverArrivedWhole() throws IOException {
    store.receive(DIGEST, CONTENT.length).write(ByteBuffer.wrap(CONTENT));
    assertThat(files()).isNotEmpty();
    new FileBlobStore(folder);
    assertThat(files()).isEmpty();
  }

  @Test
  void saysThatABlobIsMissing() {
    assertThat(store.fetch(DIGEST)).isEqualTo(new BlobSource.Fetched.Missing());
    assertThat(store.size(DIGEST)).isEmpty();
  }

  private BlobStore.Received receive(Digest digest, long size, byte[] content) throws IOException {
    try (BlobStore.Receiving receiving = store.receive(digest, size)) {
      receiving.write(ByteBuffer.wrap(content));
      return receiving.finish();
    }
  }

  private List<Path> files() throws IOException {
    try (var found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }
}
