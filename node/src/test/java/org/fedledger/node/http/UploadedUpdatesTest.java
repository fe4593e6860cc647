package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadedUpdatesTest {

  @TempDir Path folder;

  private final List<Digest> asked = new ArrayList<>();
  private TestFederation federation;
  private BlobStore store;
  private UploadedUpdates uploaded;

  @BeforeEach
  void start() throws IOException {
    federation = TestFederation.usual(folder);
    store = new FileBlobStore(folder.resolve("blobs"));
    uploaded = new UploadedUpdates(counted(store));
  }

  private BlobStore counted(BlobStore counted) {
    return new BlobStore() {
      @Override
      public OptionalLong size(Digest digest) {
        asked.add(digest);
        return counted.size(digest);
      }

      @Override
      public Receiving receive(Digest digest, long size) throws IOException {
        return counted.receive(digest, size);
      }

      @Override
      public Part read(Digest digest, long from, int length) {
        return counted.read(digest, from, length);
      }
    };
  }

  @Test
  void asksTheStoreOnceForEachUpdateHoweverManyWantToKnow() throws IOException {
    federation.openRound();
    List<Update> updates = federation.commitAll();
    assertThat(uploaded.of(federation.round())).isEmpty();
    assertThat(asked).as("none can have come while commits are open").isEmpty();
    federation.closeCommits();
    keep(updates.get(0));
    assertThat(uploaded.of(federation.round())).containsExactly(updates.get(0).digest());
    keep(updates.get(1));
    uploaded.came(updates.get(1).digest());
    uploaded.came(Digest.ofContent(new byte[] {9}));
    assertThat(uploaded.of(federation.round()))
        .containsExactlyInAnyOrder(updates.get(0).digest(), updates.get(1).digest());
    assertThat(asked).hasSize(3).doesNotHaveDuplicates();
  }

  private void keep(Update update) throws IOException {
    store.store(
        update.digest(), update.commitment().size(), new ByteArrayInputStream(update.bytes()));
  }
}
