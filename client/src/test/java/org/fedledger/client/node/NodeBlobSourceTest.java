package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
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
    client = client(node.address().toString());
  }

  private static NodeClient client(String address) {
    return new NodeClient(
        URI.create(address),
        SmallFederation.DOMAIN,
        Optional.empty(),
        ONCE,
        InstantSource.system());
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
    return new NodeBlobSource(client);
  }

  @Test
  void shouldSayThatTheNodeIsOutOfReach() throws IOException {
    BlobSource source = source(List.of(CONTENT));
    node.close();
    assertThat(source.read(DIGEST, 1, 2))
        .isInstanceOfSatisfying(
            AbsentBlob.class,
            absent -> assertThat(absent.cause()).isEqualTo(AbsentBlob.Cause.UNREACHABLE));
    assertThat(source.has(Set.of(DIGEST))).isEmpty();
  }

  @Test
  void shouldTellADeniedReadApart() throws IOException {
    HttpServer denying =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    denying.createContext(
        "/",
        call -> {
          try (call) {
            call.sendResponseHeaders(401, -1);
          }
        });
    denying.start();
    try (NodeClient refused = client("http://127.0.0.1:" + denying.getAddress().getPort())) {
      BlobSource source = new NodeBlobSource(refused);
      assertThat(source.read(DIGEST, 0, 1))
          .isInstanceOfSatisfying(
              AbsentBlob.class,
              absent -> assertThat(absent.cause()).isEqualTo(AbsentBlob.Cause.DENIED));
      assertThat(source.has(Set.of(DIGEST))).isEmpty();
    } finally {
      denying.stop(0);
    }
  }
}
