package org.fedledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBlobSourceTest extends BlobSourceSuite {

  private static final byte[] CONTENT = {7, 8, 9};
  private static final Digest DIGEST = Digest.ofContent(CONTENT);

  @TempDir Path folder;

  @Override
  protected BlobSource source(List<byte[]> blobs) throws IOException {
    for (byte[] blob : blobs) {
      Files.write(folder.resolve(Digest.ofContent(blob).hex()), blob);
    }
    return new FolderBlobSource(folder);
  }

  @Test
  void shouldReadWhatAStoreKeeps() throws IOException {
    BlobStore store = new FileBlobStore(folder);
    BlobStoreSuite.receive(store, DIGEST, CONTENT.length, CONTENT);
    assertThat(new FolderBlobSource(folder).has(Set.of(DIGEST))).containsExactly(DIGEST);
  }

  @Test
  void shouldTellWhyABlobWasErased() throws IOException {
    Files.writeString(folder.resolve(DIGEST.hex() + ".erased"), "kept for one year only\n");
    BlobSource source = new FolderBlobSource(folder);
    assertThat(source.read(DIGEST, 0, 1))
        .isEqualTo(AbsentBlob.erased("kept for one year only"))
        .hasToString("it was erased: kept for one year only");
    assertThat(source.has(Set.of(DIGEST))).isEmpty();
  }
}
