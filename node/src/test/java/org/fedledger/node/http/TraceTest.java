package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;
import static org.fedledger.node.fixture.TestNodeClient.signed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays of requests: the access log, and the trail of reads of updates. */
class TraceTest {

  private static final long SOON = RunningNode.NOW.getEpochSecond() + 10;

  @TempDir Path folder;
  private TestFederation federation;
  private RunningNode node;
  private Update update;

  @BeforeEach
  void begin() throws IOException {
    federation = TestFederation.usual(folder);
  }

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
      node = null;
    }
  }

  private void startWithAnUpdate() throws Exception {
    node = RunningNode.start(federation, folder.resolve("node"));
    federation.openRound();
    node.withFiles(federation);
    List<Update> all = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    update = all.getFirst();
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
  }

  private HttpResponse<byte[]> read(String... more) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "Authorization",
                signed(
                    federation.domain,
                    federation.auditor,
                    node.node.address(),
                    federation.auditor.address(),
                    "GET",
                    update.digest(),
                    SOON)));
    headers.addAll(List.of(more));
    return node.client.get(blob(update.digest()), headers.toArray(String[]::new));
  }

  private Path trail() {
    return folder.resolve("node/trail/reads.jsonl");
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> read = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      read.add(mapper.readTree(line));
    }
    return read;
  }

  /** The access log's lines on requests of this route, once the node has written all. */
  private List<JsonNode> accesses(String method, String route) throws IOException {
    stop();
    return lines(folder.resolve("node/logs/access.jsonl")).stream()
        .filter(
            line ->
                line.path("route").asText().equals(route)
                    && line.path("method").asText().equals(method))
        .toList();
  }

  @Test
  void shouldKeepWhoReadWhichUpdate() throws Exception {
    startWithAnUpdate();
    HttpResponse<byte[]> answer = read("Range", "bytes=8-15");
    assertThat(answer.statusCode()).isEqualTo(206);
    JsonNode line = lines(trail()).getLast();
    assertThat(line.get("request").textValue())
        .isEqualTo(answer.headers().firstValue("FedLedger-Request").orElseThrow());
    assertThat(line.get("round").textValue()).isEqualTo(update.commitment().roundId().toString());
    assertThat(line.get("participant").textValue()).isEqualTo(update.author().address().toString());
    assertThat(line.get("digest").textValue()).isEqualTo(update.digest().toString());
    assertThat(line.get("reader").textValue()).isEqualTo(federation.auditor.address().toString());
    assertThat(line.get("signer").textValue()).isEqualTo(federation.auditor.address().toString());
    assertThat(line.get("from").longValue()).isEqualTo(8);
    assertThat(line.get("bytes").longValue()).isEqualTo(8);
    assertThat(line.get("time").textValue()).isEqualTo(RunningNode.NOW.toString());
  }

  @Test
  void shouldKeepReadsOfUpdatesAloneAndForGood() throws Exception {
    startWithAnUpdate();
    read();
    node.client.get(blob(update.digest()));
    node.client.get(blob(Digest.ofContent(federation.specFile)));
    read("If-None-Match", "*");
    assertThat(lines(trail())).hasSize(1);
    node.close();
    node = RunningNode.start(federation, folder.resolve("node"));
    node.awaitSeen(_ -> true);
    read();
    assertThat(lines(trail())).hasSize(2);
  }

  @Test
  void shouldAnswerNoReadThatCannotBeKept() throws Exception {
    Files.createDirectories(trail().getParent());
    Files.createSymbolicLink(trail(), Path.of("/dev/full"));
    startWithAnUpdate();
    HttpResponse<byte[]> answer = read();
    assertThat(answer.statusCode()).isEqualTo(507);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(node.client.get(blob(Digest.ofContent(federation.specFile))).statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldLogUploadsWithTheirReceipts() throws Exception {
    startWithAnUpdate();
    JsonNode line = accesses("PUT", "/v1/blobs/{digest}").getLast();
    assertThat(line.get("event").textValue()).isEqualTo("request");
    assertThat(line.get("status").intValue()).isEqualTo(201);
    assertThat(line.get("receipt").booleanValue()).isTrue();
    assertThat(line.get("round").textValue()).isEqualTo(update.commitment().roundId().toString());
    assertThat(line.get("participant").textValue()).isEqualTo(update.author().address().toString());
    assertThat(line.get("digest").textValue()).isEqualTo(update.digest().toString());
    assertThat(line.get("received").longValue()).isEqualTo(update.bytes().length);
    assertThat(line.get("seconds").isNumber()).isTrue();
    assertThat(line.get("request").textValue()).matches("[0-9a-f]{12}-[0-9]+");
  }

  @Test
  void shouldLogReadsAndRefusalsWithTheirReasonsAndNoSecret() throws Exception {
    startWithAnUpdate();
    read();
    assertThat(node.client.get(blob(update.digest())).statusCode()).isEqualTo(401);
    List<JsonNode> reads = accesses("GET", "/v1/blobs/{digest}");
    JsonNode given = reads.get(reads.size() - 2);
    assertThat(given.get("status").intValue()).isEqualTo(200);
    assertThat(given.get("reader").textValue()).isEqualTo(federation.auditor.address().toString());
    assertThat(given.get("sent").longValue()).isGreaterThanOrEqualTo(update.bytes().length);
    JsonNode refused = reads.getLast();
    assertThat(refused.get("status").intValue()).isEqualTo(401);
    assertThat(refused.get("reason").textValue()).isEqualTo("unsigned");
    assertThat(refused.get("detail").textValue()).contains("not everybody's to read");
    assertThat(refused.has("reader")).isFalse();
    assertThat(folder.resolve("node/logs/access.jsonl"))
        .content(StandardCharsets.UTF_8)
        .doesNotContain("signature=0x" + "0", "127.0.0.1");
  }

  @Test
  void shouldLogWhomItsPublicationsLeaveOutAndWhy() throws Exception {
    node = RunningNode.start(federation, folder.resolve("node"));
    federation.openRound();
    node.withFiles(federation);
    List<Update> all = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    for (Update each : all.subList(1, all.size())) {
      node.client.put(each);
    }
    federation.ledger.passTo(federation.round().revealDeadline().orElseThrow() + 1);
    node.awaitLedger(s -> s.head().version() == 1);
    RunningNode.await(
        () -> new String(node.monitor.get("/metrics").body()).contains("{reason=\"MISSING\"} 1.0"));
    stop();
    JsonNode line =
        lines(folder.resolve("node/logs/access.jsonl")).stream()
            .filter(each -> each.get("event").textValue().equals("rejection"))
            .findFirst()
            .orElseThrow();
    assertThat(line.get("participant").textValue())
        .isEqualTo(all.getFirst().author().address().toString());
    assertThat(line.get("digest").textValue()).isEqualTo(all.getFirst().digest().toString());
    assertThat(line.get("reason").textValue()).isEqualTo("MISSING");
  }

  @Test
  void shouldEscapeWhatOthersWrote() throws Exception {
    startWithAnUpdate();
    node.client.get("/v1/audit/rounds?wha%E2%80%AEt%0A%1B%5B31m=1");
    JsonNode line = accesses("GET", "/v1/audit/rounds").getLast();
    assertThat(line.get("detail").textValue()).contains("wha\u202et\n\u001b[31m");
    assertThat(Files.readAllBytes(folder.resolve("node/logs/access.jsonl")))
        .matches(
            bytes -> {
              for (byte b : bytes) {
                if (b != '\n' && (b < ' ' || b > '~')) {
                  return false;
                }
              }
              return true;
            });
  }
}
