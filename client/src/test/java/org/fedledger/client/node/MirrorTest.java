package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.role.Peer;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a client and a node: a mirror that lies, or a proxy that does not. */
@Timeout(60)
class MirrorTest {

  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, Duration.ofMillis(1));

  @TempDir Path folder;
  private SmallFederation federation;
  private FakeNode node;
  private SigningKey self;
  private HttpServer between;
  private final List<String> signatures = new CopyOnWriteArrayList<>();
  private final HttpClient forwarding = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    federation = new SmallFederation(folder);
    node = new FakeNode(federation.ledger(), federation.store, federation.aggregator);
    self = federation.participants.getFirst();
    between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    between.createContext("/fed/", this::forward);
    between.start();
  }

  @AfterEach
  void stop() {
    between.stop(0);
    forwarding.close();
    node.close();
  }

  /** All goes on to the node, without the prefix, and is seen here. */
  private void forward(HttpExchange call) throws IOException {
    try (call) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
              URI.create(
                  node.address() + call.getRequestURI().getRawPath().substring("/fed".length())));
      for (String name : List.of("Authorization", "Range")) {
        Optional.ofNullable(call.getRequestHeaders().getFirst(name))
            .ifPresent(value -> request.setHeader(name, value));
      }
      Optional.ofNullable(call.getRequestHeaders().getFirst("Authorization"))
          .ifPresent(signatures::add);
      request.method(
          call.getRequestMethod(),
          BodyPublishers.ofByteArray(call.getRequestBody().readAllBytes()));
      HttpResponse<byte[]> answer = forwarding.send(request.build(), BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Content-Range")
          .ifPresent(range -> call.getResponseHeaders().set("Content-Range", range));
      call.sendResponseHeaders(answer.statusCode(), answer.body().length);
      call.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private NodeClient client() {
    return new NodeClient(
        URI.create("http://127.0.0.1:%d/fed".formatted(between.getAddress().getPort())),
        SmallFederation.DOMAIN,
        Optional.of(Requester.of(self)),
        QUICK,
        InstantSource.system());
  }

  @Test
  void shouldSignNothingForAMirrorThatShowsTheWordOfAnotherPlace() {
    try (NodeClient client = client()) {
      Digest model = federation.state().head().model();
      assertThat(client.blobPart(model, 0, 10)).isInstanceOf(NodeAnswer.Given.class);
      assertThat(signatures).isEmpty();
      assertThat(((NodeAnswer.Refused<?>) client.node()).why())
          .contains("does not say of itself", "/fed", node.address().toString(), "public-url");
    }
  }

  @Test
  void shouldBringNoUpdateToAMirror() throws IOException {
    UpdateCommitment commitment = committed();
    try (NodeClient client = client()) {
      NodePeer peer = new NodePeer(client, Requester.of(self));
      assertThat(((Peer.Answer.Refused) peer.upload(round(), commitment, file())).why())
          .contains("does not say of itself");
    }
    assertThat(signatures).isEmpty();
    assertThat(node.uploads()).isZero();
  }

  @Test
  void shouldBringNoUpdateToWhoIsNoAggregatorOrVerifier() throws IOException {
    UpdateCommitment commitment = committed();
    try (FakeNode stranger =
            new FakeNode(federation.ledger(), federation.store, federation.coordinator);
        NodeClient client =
            new NodeClient(
                stranger.address(),
                SmallFederation.DOMAIN,
                Optional.empty(),
                QUICK,
                InstantSource.system())) {
      NodePeer peer = new NodePeer(client, Requester.of(self));
      assertThat(((Peer.Answer.Refused) peer.upload(round(), commitment, file())).why())
          .contains(federation.coordinator.address().toString(), "gets no update");
      assertThat(stranger.uploads()).isZero();
    }
  }

  /** A proxy takes a prefix away: what is signed is the path under the node's own base. */
  @Test
  void shouldReadAndUploadThroughAReverseProxyWithAPrefix() throws IOException {
    UpdateCommitment commitment = committed();
    try (NodeClient client = client()) {
      node.answersAt(client.address());
      NodePeer peer = new NodePeer(client, Requester.of(self));
      assertThat(peer.upload(round(), commitment, file())).isInstanceOf(Peer.Answer.Received.class);
      assertThat(node.uploads()).isEqualTo(1);
      assertThat(client.blobPart(commitment.digest(), 0, 10)).isInstanceOf(NodeAnswer.Given.class);
      assertThat(node.lastAuthorization()).startsWith("FedLedger sender=" + self.address());
    }
  }

  private Path update;

  private UpdateCommitment committed() throws IOException {
    federation.openRound();
    update = federation.commit(self, 10, 0.5f);
    federation.commit(federation.participants.get(1), 10, 0.25f);
    federation.commit(federation.participants.get(2), 10, 0.25f);
    federation.closeCommits();
    UpdateCommitted event = round().commitments().get(self.address());
    return event.commitment();
  }

  private Round round() {
    return federation.state().round().orElseThrow();
  }

  private Path file() {
    return update;
  }
}
