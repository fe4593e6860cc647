package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobStore;
import org.fedledger.store.BlobStoreSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobPoolTest extends BlobStoreSuite {

  @TempDir Path folder;

  @Override
  protected BlobStore store() throws IOException {
    return new BlobPool(Files.createTempDirectory(folder, "pool")).newStore();
  }

  @Test
  void shouldKeepEachStoreToItself() throws IOException {
    BlobPool pool = new BlobPool(folder);
    BlobStore one = pool.newStore();
    BlobStore other = pool.newStore();
    receive(one, DIGEST, CONTENT.length, CONTENT);
    assertThat(one.size(DIGEST)).hasValue(CONTENT.length);
    assertThat(other.size(DIGEST)).isEmpty();
  }

  @Test
  void shouldDeleteFromEveryStore() throws IOException {
    BlobPool pool = new BlobPool(folder);
    BlobStore one = pool.newStore();
    BlobStore other = pool.newStore();
    receive(one, DIGEST, CONTENT.length, CONTENT);
    receive(other, DIGEST, CONTENT.length, CONTENT);
    pool.delete(DIGEST);
    assertThat(one.size(DIGEST)).isEmpty();
    assertThat(other.read(DIGEST, 0, 1)).isEqualTo(AbsentBlob.MISSING);
  }
}
