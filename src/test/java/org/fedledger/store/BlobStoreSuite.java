package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fedledger.store.BlobStore.Received;
import org.fedledger.store.BlobStore.Receiving;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store of blobs does, beside what a source does. */
public abstract class BlobStoreSuite extends BlobSourceSuite {

  protected static final byte[] CONTENT = "an update".getBytes(StandardCharsets.US_ASCII);
  protected static final Digest DIGEST = Digest.ofContent(CONTENT);

  @TempDir Path files;

  /** A new and empty store. */
  protected abstract BlobStore store() throws IOException;

  @Override
  protected BlobSource source(List<byte[]> blobs) throws IOException {
    BlobStore store = store();
    for (byte[] blob : blobs) {
      receive(store, Digest.ofContent(blob), blob.length, blob);
    }
    return store;
  }

  @Test
  void shouldGiveBackWhatItTook() throws IOException {
    BlobStore store = store();
    assertThat(receive(store, DIGEST, CONTENT.length, CONTENT))
        .isEqualTo(new Received.Stored(CONTENT.length));
    assertThat(store.size(DIGEST)).hasValue(CONTENT.length);
    assertThat(store.has(Set.of(DIGEST))).containsExactly(DIGEST);
  }

  @Test
  void shouldTakeABlobInPieces() throws IOException {
    BlobStore store = store();
    try (Receiving receiving = store.receive(DIGEST, CONTENT.length)) {
      for (byte each : CONTENT) {
        assertThat(receiving.write(ByteBuffer.wrap(new byte[] {each}))).isTrue();
      }
      assertThat(receiving.finish()).isEqualTo(new Received.Stored(CONTENT.length));
    }
    assertThat(store.size(DIGEST)).hasValue(CONTENT.length);
  }

  @Test
  void shouldTakeABlobFromAStream() throws IOException {
    BlobStore store = store();
    assertThat(store.store(DIGEST, CONTENT.length, new ByteArrayInputStream(CONTENT)))
        .isEqualTo(new Received.Stored(CONTENT.length));
    assertThat(store.size(DIGEST)).hasValue(CONTENT.length);
  }

  @Test
  void shouldLeaveAStreamThatIsTooLong() throws IOException {
    BlobStore store = store();
    byte[] tooLong = new byte[1 << 20];
    InputStream content = new ByteArrayInputStream(tooLong);
    assertThat(store.store(Digest.ofContent(tooLong), 10, content))
        .isInstanceOf(Received.WrongSize.class);
    assertThat(content.available()).isPositive();
  }

  @Test
  void shouldTakeALocalFile() throws IOException {
    BlobStore store = store();
    Path file = Files.write(files.resolve("update"), CONTENT);
    assertThat(LocalFiles.store(store, DIGEST, file))
        .isEqualTo(new Received.Stored(CONTENT.length));
    assertThat(store.size(DIGEST)).hasValue(CONTENT.length);
  }

  @Test
  void shouldTakeTheSameBlobTwice() throws IOException {
    BlobStore store = store();
    receive(store, DIGEST, CONTENT.length, CONTENT);
    assertThat(receive(store, DIGEST, CONTENT.length, CONTENT))
        .isEqualTo(new Received.Stored(CONTENT.length));
  }

  @Test
  void shouldTakeNoBlobWithAnotherDigest() throws IOException {
    BlobStore store = store();
    byte[] other = "an upDate".getBytes(StandardCharsets.US_ASCII);
    assertThat(receive(store, DIGEST, other.length, other))
        .isEqualTo(new Received.WrongDigest(DIGEST, Digest.ofContent(other)));
    assertHasNot(store, DIGEST, Digest.ofContent(other));
  }

  @Test
  void shouldTakeNoBlobThatIsTooLong() throws IOException {
    BlobStore store = store();
    try (Receiving receiving = store.receive(DIGEST, CONTENT.length - 1)) {
      assertThat(receiving.write(ByteBuffer.wrap(CONTENT))).isFalse();
      assertThat(receiving.finish())
          .isEqualTo(new Received.WrongSize(CONTENT.length - 1, CONTENT.length));
    }
    assertHasNot(store, DIGEST);
  }

  @Test
  void shouldTakeNoBlobThatIsTooShort() throws IOException {
    BlobStore store = store();
    assertThat(receive(store, DIGEST, CONTENT.length + 1, CONTENT))
        .isEqualTo(new Received.WrongSize(CONTENT.length + 1, CONTENT.length));
    assertHasNot(store, DIGEST);
  }

  @Test
  void shouldHaveNothingOfABlobBeforeItIsWhole() throws IOException {
    BlobStore store = store();
    try (Receiving receiving = store.receive(DIGEST, CONTENT.length)) {
      receiving.write(ByteBuffer.wrap(CONTENT));
      assertHasNot(store, DIGEST);
    }
    assertHasNot(store, DIGEST);
  }

  @Test
  void shouldRefuseANegativeSize() throws IOException {
    BlobStore store = store();
    assertThatThrownBy(() -> store.receive(DIGEST, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertHasNot(BlobStore store, Digest... digests) {
    assertThat(store.has(Set.of(digests))).isEmpty();
    for (Digest digest : digests) {
      assertThat(store.size(digest)).isEmpty();
      assertThat(store.has(digest)).isFalse();
      assertThat(store.read(digest, 0, 1)).isEqualTo(AbsentBlob.MISSING);
    }
  }

  protected static Received receive(BlobStore store, Digest digest, long size, byte[] content)
      throws IOException {
    try (Receiving receiving = store.receive(digest, size)) {
      receiving.write(ByteBuffer.wrap(content));
      return receiving.finish();
    }
  }
}
