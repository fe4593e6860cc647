package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.store.BlobStoreSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest extends BlobStoreSuite {

  @TempDir Path folder;

  @Override
  protected LocalStore store() throws IOException {
    BlobPool pool = new BlobPool(Files.createTempDirectory(folder, "pool"));
    SimulatedParty undisturbed = SimulatedNodeTest.party(folder, FaultRates.NONE);
    return new LocalStore(undisturbed, pool.newStore());
  }

  @Test
  void shouldTellWhereAFileIs() throws IOException {
    LocalStore store = store();
    assertThat(store.file(DIGEST)).isEmpty();
    receive(store, DIGEST, CONTENT.length, CONTENT);
    assertThat(store.file(DIGEST).orElseThrow()).hasBinaryContent(CONTENT);
  }
}
