package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.store.BlobSourceSuite;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeBlobSourceTest extends BlobSourceSuite {

  private static final RetryPolicy ONCE =
      new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMillis(1));
  private static final byte[] CONTENT = {7, 8, 9, 10};
  private static final Digest DIGEST = Digest.ofContent(CONTENT);

  @TempDir Path folder;
  private SmallFederation federation;
  private FakeNode node;
  private NodeClient client;

  @BeforeEach
  void start() throws IOException {
    federation = new SmallFederation(folder.resolve("federation"));
    node = new FakeNode(federation.ledger(), federation.store, federation.aggregator);
    client =
        new NodeClient(
            node.address(), SmallFederation.DOMAIN, Optional.empty(), ONCE, InstantSource.system());
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
  }

  @Override
  protected BlobSource source(List<byte[]> blobs) throws IOException {
    for (byte[] blob : blobs) {
      try (BlobStore.Receiving receiving =
          federation.store.receive(Digest.ofContent(blob), blob.length)) {
        receiving.write(ByteBuffer.wrap(blob));
        receiving.finish();
      }
    }
    return new NodeBlobSource(client, folder.resolve("kept"));
  }

  @Test
  void shouldFetchNothingToTellWhatIsThereOrToReadARange() throws IOException {
    BlobSource source = source(List.of(CONTENT));
    assertThat(source.has(Set.of(DIGEST))).containsExactly(DIGEST);
    source.read(DIGEST, 1, 2);
    try (Stream<Path> kept = Files.list(folder.resolve("kept"))) {
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void shouldReadWhatItKeepsWithoutTheNode() throws IOException {
    BlobSource source = source(List.of(CONTENT));
    source.fetch(DIGEST);
    node.close();
    assertThat(source.has(Set.of(DIGEST))).containsExactly(DIGEST);
    assertThat(source.read(DIGEST, 1, 2)).isInstanceOf(BlobSource.Part.Bytes.class);
  }

  @Test
  void shouldSayThatTheNodeIsOutOfReach() throws IOException {
    BlobSource source = source(List.of(CONTENT));
    node.close();
    assertThat(source.read(DIGEST, 1, 2)).isInstanceOf(Fetched.Unreachable.class);
    assertThat(source.has(Set.of(DIGEST))).isEmpty();
  }
}
