package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.Replica;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource.Part;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.store.NoBlobs;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeClientTest {

  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 3, Duration.ofMillis(1));
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(5_000));

  @TempDir Path folder;
  private SmallFederation federation;
  private FakeNode node;
  private SigningKey self;
  private NodeClient client;

  @BeforeEach
  void start() throws IOException {
    federation = new SmallFederation(folder);
    node = new FakeNode(federation.ledger(), federation.store, federation.aggregator);
    self = federation.participants.getFirst();
    client = client(node.address());
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
  }

  @Test
  void shouldTellWhichFederationANodeServes() {
    var given = (NodeAnswer.Given<com.fasterxml.jackson.databind.JsonNode>) client.federation();
    assertThat(given.value().path("chainId").asLong()).isEqualTo(1337);
  }

  @Test
  void shouldFetchABlobByASignedRequest() throws IOException {
    Digest model = federation.state().head().model();
    var got = ((NodeAnswer.Given<Part.Bytes>) client.blobPart(model, 0, 1 << 20)).value();
    assertThat(got.size()).isEqualTo(federation.state().head().modelSize());
    byte[] bytes = new byte[got.bytes().remaining()];
    got.bytes().get(bytes);
    assertThat(Digest.ofContent(bytes)).isEqualTo(model);
    Signature signature = Signature.of(node.lastAuthorization().replaceAll(".*signature=", ""));
    NodeRequest request =
        new NodeRequest(
            self.address(), federation.aggregator.address(), "GET", "/v1/blobs/" + model, 5_120);
    assertThat(SmallFederation.DOMAIN.signer(request, signature)).contains(self.address());
    assertThat(node.lastAuthorization())
        .startsWith("FedLedger sender=%s,expiry=5120,".formatted(self.address()));
  }

  /** Else a node could write over what a command says of it. */
  @Test
  void shouldLetNoNodeSayMoreThanOneLine() throws IOException {
    String told = "\\u001b[2K\\rverified\\nall 5 rounds verified \\u202e\\u009b2J";
    byte[] problem = "{\"detail\":\"%s\"}".formatted(told).getBytes(StandardCharsets.US_ASCII);
    try (Stub stub = new Stub(call -> reply(call, 404, problem))) {
      var refused = (NodeAnswer.Refused<Part.Bytes>) stub.client.blobPart(Digest.NONE, 0, 1);
      assertThat(refused.why())
          .isEqualTo("?[2K?verified?all 5 rounds verified ??2J (HTTP status 404)");
    }
  }

  @Test
  void shouldUploadOnlyOnceCommitsAreClosedAndGetTheSameReceiptAgain() throws IOException {
    federation.openRound();
    Path update = federation.commit(self, 10, 0.5f);
    Digest digest = Blobs.id(update).digest();
    var early =
        (NodeAnswer.Refused<SignedReceipt>) client.uploadUpdate(Requester.of(self), digest, update);
    assertThat(early.commitsOpen()).isTrue();
    assertThat(early.why()).isEqualTo("too early (HTTP status 409)");
    federation.commit(federation.participants.get(1), 10, 0.25f);
    federation.commit(federation.participants.get(2), 10, 0.25f);
    federation.closeCommits();
    SignedReceipt first =
        ((NodeAnswer.Given<SignedReceipt>) client.uploadUpdate(Requester.of(self), digest, update))
            .value();
    SignedReceipt again =
        ((NodeAnswer.Given<SignedReceipt>) client.uploadUpdate(Requester.of(self), digest, update))
            .value();
    assertThat(again).isEqualTo(first);
    assertThat(first.receipt().author()).isEqualTo(self.address());
    assertThat(SignedReceipt.ofJson(first.toJson())).isEqualTo(first);
    assertThat(node.uploads()).isEqualTo(1);
  }

  @Test
  void shouldUploadFromAStore() throws IOException {
    federation.openRound();
    Path update = federation.commit(self, 10, 0.5f);
    federation.commit(federation.participants.get(1), 10, 0.25f);
    federation.commit(federation.participants.get(2), 10, 0.25f);
    federation.closeCommits();
    BlobId blob = Blobs.id(update);
    FileBlobStore own = new FileBlobStore(folder.resolve("own"));
    LocalFiles.store(own, blob.digest(), update);
    NodeReplica replica = new NodeReplica(client);
    assertThat(replica.offer(blob, own)).isEqualTo(new Replica.Answer.Kept());
    assertThat(federation.store.has(blob.digest())).isTrue();
    assertThat(replica.offer(new BlobId(Digest.NONE, 1), new NoBlobs(AbsentBlob.MISSING)))
        .isInstanceOf(Replica.Answer.NotKept.class);
  }

  @Test
  void shouldNotTakeAReceiptThatAnotherSigned() throws IOException {
    federation.openRound();
    Path update = federation.commit(self, 10, 0.5f);
    federation.commit(federation.participants.get(1), 10, 0.25f);
    federation.commit(federation.participants.get(2), 10, 0.25f);
    federation.closeCommits();
    var receipt =
        ((NodeAnswer.Given<SignedReceipt>)
                client.uploadUpdate(Requester.of(self), Blobs.id(update).digest(), update))
            .value();
    byte[] forged =
        new SignedReceipt(receipt.receipt(), self.address(), receipt.signature()).toJson();
    try (Stub stub = new Stub(call -> reply(call, 201, forged))) {
      assertThatThrownBy(
              () -> stub.client.uploadUpdate(Requester.of(self), Blobs.id(update).digest(), update))
          .isInstanceOf(NodeUnreachableException.class)
          .hasMessageContaining("not signed by");
    }
  }

  @Test
  void shouldTryAgainWhenANodeIsBusyAndGiveUpInTheEnd() throws IOException {
    node.failNext(2);
    assertThat(client.federation()).isInstanceOf(NodeAnswer.Given.class);
    node.failNext(3);
    assertThat(((NodeAnswer.Refused<?>) client.federation()).status()).isEqualTo(503);
    URI gone = node.address();
    node.close();
    try (NodeClient other = client(gone)) {
      assertThatThrownBy(other::federation)
          .isInstanceOf(NodeUnreachableException.class)
          .hasMessageContaining("the node at " + gone + " cannot be had");
    }
  }

  @Test
  void shouldSayThatAnAnswerIsNoNodes() throws IOException {
    byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);
    try (Stub stub = new Stub(call -> reply(call, 200, page))) {
      assertThatThrownBy(stub.client::federation)
          .isInstanceOf(NodeUnreachableException.class)
          .hasMessageContaining("its answer is not JSON");
    }
    try (Stub stub = new Stub(call -> reply(call, 403, page))) {
      assertThat(((NodeAnswer.Refused<?>) stub.client.federation()).why())
          .isEqualTo("HTTP status 403");
    }
  }

  @Test
  void shouldGiveUpANodeThatFallsSilentInMidAnswer() throws IOException {
    RetryPolicy short1 =
        new RetryPolicy(Duration.ofSeconds(5), Duration.ofMillis(200), 1, Duration.ofMillis(1));
    try (Stub stub =
            new Stub(
                call -> {
                  call.getResponseHeaders().set("Content-Range", "bytes 0-999/1000");
                  call.sendResponseHeaders(206, 1_000);
                  call.getResponseBody().write(new byte[10]);
                  call.getResponseBody().flush();
                });
        NodeClient impatient =
            new NodeClient(
                stub.address(), SmallFederation.DOMAIN, Optional.empty(), short1, CLOCK)) {
      assertThatThrownBy(() -> impatient.blobPart(Digest.NONE, 0, 1_000))
          .isInstanceOf(NodeUnreachableException.class)
          .hasMessageContaining("no answer within");
    }
  }

  @Test
  void shouldPostAndListEvaluations() {
    byte[] metrics = "{\"accuracy\":0.5}".getBytes(StandardCharsets.UTF_8);
    Evaluation evaluation =
        new Evaluation(
            federation.state().federation(),
            0,
            federation.state().head().model(),
            self.address(),
            Digest.ofContent(metrics));
    Signature signature = SmallFederation.DOMAIN.sign(evaluation, self);
    assertThat(client.postEvaluation(evaluation, signature, metrics))
        .isEqualTo(new NodeAnswer.Given<>(evaluation.metricsDigest()));
    var listed =
        ((NodeAnswer.Given<java.util.List<PostedEvaluation>>) client.evaluations(0)).value();
    assertThat(listed).hasSize(1);
    assertThat(listed.getFirst().participant()).isEqualTo(self.address());
    assertThat(listed.getFirst().model()).isEqualTo(evaluation.model());
    assertThat(listed.getFirst().metrics()).isEqualTo(metrics);
    Signature others = SmallFederation.DOMAIN.sign(evaluation, federation.coordinator);
    assertThat(((NodeAnswer.Refused<Digest>) client.postEvaluation(evaluation, others, metrics)))
        .extracting(NodeAnswer.Refused::why)
        .asString()
        .contains("not signed by");
  }

  /** Else a node would take what it signs for expired, or for good too long. */
  @ParameterizedTest
  @ValueSource(longs = {-240, 240, 3_000})
  void shouldSignByTheNodesTimeWhateverItsOwnClockSays(long off) {
    InstantSource wrong = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(off));
    try (NodeClient client =
        new NodeClient(
            node.address(),
            SmallFederation.DOMAIN,
            Optional.of(Requester.of(self)),
            RetryPolicy.DEFAULT,
            wrong)) {
      client.hasBlob(federation.state().created().spec());
      long expiry =
          Long.parseLong(node.lastAuthorization().replaceAll(".*expiry=([0-9]+),.*", "$1"));
      assertThat(expiry - Instant.now().getEpochSecond())
          .isBetween(Requester.VALID - 30, Requester.VALID + 10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://node.example:8080",
        "ftp://127.0.0.1",
        "https://",
        "https://node.example/?x=1",
        "https://user@node.example",
        "http://127.0.0.1.example.org"
      })
  void shouldRefuseAnAddressThatIsNoNodesOrNotSafe(String address) {
    assertThatThrownBy(() -> client(URI.create(address)).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  private NodeClient client(URI address) {
    return new NodeClient(
        address, SmallFederation.DOMAIN, Optional.of(Requester.of(self)), QUICK, CLOCK);
  }

  private static void reply(com.sun.net.httpserver.HttpExchange call, int status, byte[] body)
      throws IOException {
    try (call) {
      call.getRequestBody().readAllBytes();
      call.sendResponseHeaders(status, body.length);
      call.getResponseBody().write(body);
    }
  }

  /** A server that answers everything in one way. */
  private final class Stub implements AutoCloseable {
    private final HttpServer server;
    private final NodeClient client;

    Stub(HttpHandler handler) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", handler);
      server.start();
      client = NodeClientTest.this.client(address());
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      client.close();
      server.stop(0);
    }
  }
}
