package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;
import static org.fedledger.node.fixture.TestNodeClient.json;
import static org.fedledger.node.fixture.TestNodeClient.signed;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Options;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.Reader;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobReadTest {

  private static final long NOW = RunningNode.NOW.getEpochSecond();

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void servesModelsWholeToEverybody() throws IOException {
    start(Options.usual());
    Digest model = uploadedModel();
    HttpResponse<byte[]> answer = node.client.get(blob(model));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Digest.ofContent(answer.body())).isEqualTo(model);
    assertThat(answer.headers().firstValue("ETag")).contains("\"" + model + "\"");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void servesRanges() throws IOException {
    start(Options.usual());
    Digest model = uploadedModel();
    byte[] file = Files.readAllBytes(federation.initialModel);
    HttpResponse<byte[]> middle = node.client.get(blob(model), "Range", "bytes=8-15");
    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(file, 8, 16));
    assertThat(middle.headers().firstValue("Content-Range")).contains("bytes 8-15/" + file.length);
    HttpResponse<byte[]> beyond = node.client.get(blob(model), "Range", "bytes=99999999-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */" + file.length);
    String other = "\"0x" + "00".repeat(32) + "\"";
    assertThat(node.client.get(blob(model), "Range", "bytes=8-15", "If-Range", other).body())
        .isEqualTo(file);
  }

  @Test
  void sendsNothingToWhoeverHasItAlready() throws IOException {
    start(Options.usual());
    Digest model = uploadedModel();
    HttpResponse<byte[]> answer =
        node.client.get(blob(model), "If-None-Match", "\"" + model + "\"");
    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void answersHeadWithoutABody() throws IOException {
    start(Options.usual());
    Digest model = uploadedModel();
    HttpResponse<byte[]> answer = node.client.head(blob(model));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length"))
        .contains(Long.toString(Files.size(federation.initialModel)));
    assertThat(answer.body()).isEmpty();
    assertThat(node.client.head(blob(Digest.ofContent(new byte[9]))).statusCode()).isEqualTo(404);
  }

  @Test
  void servesSpecAndPlanAsJson() throws IOException {
    start(Options.usual());
    federation.openRound();
    node.withFiles(federation);
    for (byte[] file : List.of(federation.specFile, federation.planFile)) {
      HttpResponse<byte[]> answer = node.client.get(blob(Digest.ofContent(file)));
      assertThat(answer.body()).isEqualTo(file);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
  }

  @Test
  void letsAggregatorsVerifiersAuditorsAndTheAuthorReadAnUpdate() throws IOException {
    start(Options.usual().verifiers(1));
    Update update = uploadedUpdate();
    for (SigningKey reader :
        List.of(
            federation.aggregator,
            federation.otherAggregator,
            federation.verifiers.getFirst(),
            federation.auditor,
            update.author())) {
      HttpResponse<byte[]> answer = read(update, reader);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(update.bytes());
      assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
    }
  }

  /** A path may be written in many ways, and no signature is over one as long as this. */
  @Test
  void refusesASignatureOverALongPathAsAnyOther() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    String header =
        signed(
            TestFederation.DOMAIN,
            federation.aggregator,
            node.client.node(),
            federation.aggregator.address(),
            "GET",
            update.digest(),
            NOW + 60);
    String longer = blob(update.digest()).replaceFirst("/v1/", "/" + "./".repeat(600) + "v1/");
    try (Socket socket = new Socket("127.0.0.1", node.node.url().getPort())) {
      String head =
          "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: %s\r\n\r\n"
              .formatted(longer, header);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 401").contains(":unsigned");
    }
  }

  @Test
  void letsNobodyElseReadAnUpdate() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    for (SigningKey reader :
        List.of(federation.participants.get(1), federation.stranger, federation.coordinator)) {
      refused(read(update, reader), 403, "forbidden");
    }
  }

  @Test
  void letsParticipantsReadWhereTheSpecSaysSo() throws IOException {
    start(Options.usual().readers(Reader.PARTICIPANTS));
    Update update = uploadedUpdate();
    assertThat(read(update, federation.participants.get(1)).statusCode()).isEqualTo(200);
    refused(read(update, federation.auditor), 403, "forbidden");
    refused(read(update, federation.aggregator), 403, "forbidden");
  }

  @Test
  void letsAParticipantReadWithItsNewKeyOnly() throws IOException {
    start(Options.usual());
    SigningKey author = federation.participants.getFirst();
    SigningKey fresh = TestFederation.key(77);
    federation.rotate(0, fresh);
    Update update = uploadedUpdate();
    Address identity = author.address();
    assertThat(read(update, fresh, identity, "GET", update.digest(), NOW + 10).statusCode())
        .isEqualTo(200);
    refused(read(update, author, identity, "GET", update.digest(), NOW + 10), 403, "forbidden");
    refused(
        read(update, fresh, fresh.address(), "GET", update.digest(), NOW + 10), 403, "forbidden");
  }

  @Test
  void refusesAFormerAuditor() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    federation.ledger.doAs(
        federation.coordinator, new LedgerAction.RevokeAuditor(federation.auditor.address()));
    node.awaitSeen(state -> state.auditors().isEmpty());
    refused(read(update, federation.auditor), 403, "forbidden");
  }

  @Test
  void asksForASignature() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    HttpResponse<byte[]> answer = node.client.get(blob(update.digest()));
    refused(answer, 401, "unsigned");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("FedLedger");
    assertThat(json(answer).get("detail").textValue()).contains("NodeRequest");
    for (String header :
        List.of("FedLedger", "Bearer x", "FedLedger sender=0x,expiry=1,signature=0x")) {
      refused(node.client.get(blob(update.digest()), "Authorization", header), 401, "unsigned");
    }
    String impossible =
        "FedLedger sender=%s,expiry=%d,signature=0x%s"
            .formatted(federation.auditor.address(), NOW + 10, "00".repeat(65));
    refused(node.client.get(blob(update.digest()), "Authorization", impossible), 401, "unsigned");
  }

  @Test
  void refusesSignaturesOfAnotherRequest() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    SigningKey auditor = federation.auditor;
    Address self = auditor.address();
    Digest other = Digest.ofContent(new byte[] {1});
    refused(read(update, auditor, self, "HEAD", update.digest(), NOW + 10), 401, "unsigned");
    refused(read(update, auditor, self, "GET", other, NOW + 10), 401, "unsigned");
    refused(
        read(update, federation.stranger, self, "GET", update.digest(), NOW + 10), 401, "unsigned");
    String elsewhere =
        signed(
            new SigningDomain(1, federation.domain.contract()),
            auditor,
            federation.aggregator.address(),
            self,
            "GET",
            update.digest(),
            NOW + 10);
    refused(node.client.get(blob(update.digest()), "Authorization", elsewhere), 401, "unsigned");
  }

  /**
   * Else whoever stands between, or runs another node, would get with it what only this one has.
   */
  @Test
  void refusesASignatureThatIsMadeOutToAnotherNode() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    String elsewhere =
        signed(
            federation.domain,
            federation.auditor,
            federation.otherAggregator.address(),
            federation.auditor.address(),
            "GET",
            update.digest(),
            NOW + 10);
    HttpResponse<byte[]> answer =
        node.client.get(blob(update.digest()), "Authorization", elsewhere);
    refused(answer, 401, "unsigned");
    assertThat(json(answer).get("detail").textValue())
        .contains("to the node " + federation.aggregator.address());
  }

  @Test
  void takesASignatureUntilItExpiresAndNoneFarAhead() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    SigningKey auditor = federation.auditor;
    Address self = auditor.address();
    assertThat(read(update, auditor, self, "GET", update.digest(), NOW).statusCode())
        .isEqualTo(200);
    assertThat(read(update, auditor, self, "GET", update.digest(), NOW + 300).statusCode())
        .isEqualTo(200);
    refused(read(update, auditor, self, "GET", update.digest(), NOW - 1), 401, "unsigned");
    refused(read(update, auditor, self, "GET", update.digest(), NOW + 301), 401, "unsigned");
  }

  @Test
  void keepsMalformedUpdatesFromOthersButNotFromTheirAuthor() throws IOException {
    start(Options.usual());
    federation.openRound();
    Path file = folder.resolve("secret");
    long size = UpdateMetadata.fileSize(federation.spec.architecture().schema());
    Files.writeString(file, "no tensor ".repeat((int) size).substring(0, (int) size));
    Digest digest = Digest.ofContent(Files.readAllBytes(file));
    Update update = federation.commit(0, file, new BlobId(digest, Files.size(file)));
    federation.commit(1, 1);
    federation.commit(2, 1);
    federation.closeCommits();
    node.withFiles(federation);
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    refused(node.client.get(blob(digest)), 401, "unsigned");
    assertThat(read(update, update.author()).statusCode()).isEqualTo(200);
  }

  @Test
  void answersHeadOfAnUpdateOnlyToThoseWhoMayRead() throws IOException {
    start(Options.usual());
    Update update = uploadedUpdate();
    assertThat(node.client.head(blob(update.digest())).statusCode()).isEqualTo(401);
    String header =
        signed(
            federation.domain,
            federation.auditor,
            federation.aggregator.address(),
            federation.auditor.address(),
            "HEAD",
            update.digest(),
            NOW + 10);
    assertThat(node.client.head(blob(update.digest()), "Authorization", header).statusCode())
        .isEqualTo(200);
  }

  private void start(Options options) throws IOException {
    federation = new TestFederation(folder, options);
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  private Digest uploadedModel() throws IOException {
    byte[] file = Files.readAllBytes(federation.initialModel);
    node.client.put(Digest.ofContent(file), file);
    return Digest.ofContent(file);
  }

  private Update uploadedUpdate() throws IOException {
    federation.openRound();
    Update update = federation.commitAll().getFirst();
    federation.closeCommits();
    node.withFiles(federation);
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    return update;
  }

  private HttpResponse<byte[]> read(Update update, SigningKey reader) {
    return read(update, reader, reader.address(), "GET", update.digest(), NOW + 60);
  }

  private HttpResponse<byte[]> read(
      Update update, SigningKey key, Address reader, String method, Digest digest, long expiry) {
    return node.client.get(
        blob(update.digest()),
        "Authorization",
        signed(
            federation.domain,
            key,
            federation.aggregator.address(),
            reader,
            method,
            digest,
            expiry));
  }

  private static void refused(HttpResponse<byte[]> answer, int status, String problem) {
    assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(status);
    assertThat(json(answer).get("type").textValue()).isEqualTo("urn:fedledger:problem:" + problem);
  }
}
