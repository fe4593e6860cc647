package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.NodeConfig.Limits;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.role.ResultProvider;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node says whether requests are to be sent to it, and whether it is to be started anew. */
class ReadinessTest {

  private static final Limits FULL =
      new Limits(Long.MAX_VALUE / 2, Duration.ofMinutes(5), OptionalLong.empty());

  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(RunningNode.NOW);
  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void found() throws IOException {
    federation = TestFederation.usual(folder);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void start(Limits limits) throws IOException {
    node =
        RunningNode.start(
            federation,
            federation.aggregator,
            NodeConfig.local(folder.resolve("node")).withLimits(limits),
            ResultProvider.PROTOCOL,
            now::get);
    node.awaitSeen(_ -> true);
  }

  private String troubles() {
    HttpResponse<byte[]> answer = node.monitor.get("/ready");
    JsonNode ready = json(answer);
    assertThat(ready.get("ready").booleanValue()).isEqualTo(answer.statusCode() == 200);
    StringBuilder failing = new StringBuilder();
    for (JsonNode check : ready.get("checks")) {
      if (!check.get("holds").booleanValue()) {
        failing.append(check.get("check").textValue()).append(' ');
        assertThat(check.get("why").textValue()).isNotEmpty();
      }
    }
    return failing.toString().strip();
  }

  private void assertLive() {
    assertThat(node.monitor.get("/live").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldBeReadyWhileAllGoesWell() throws IOException {
    start(Limits.DEFAULT);
    RunningNode.await(() -> troubles().isEmpty());
    assertLive();
    assertThat(json(node.monitor.get("/health")).get("status").textValue()).isEqualTo("ok");
  }

  @Test
  void shouldNotBeReadyAndTakeNothingWhileTheDiskIsFull() throws Exception {
    start(FULL);
    RunningNode.await(() -> troubles().equals("disk"));
    assertLive();
    assertThat(json(node.monitor.get("/health")).get("status").textValue()).isEqualTo("disk-full");
    HttpResponse<byte[]> answer =
        node.client.put(Digest.ofContent(federation.specFile), federation.specFile);
    assertThat(answer.statusCode()).isEqualTo(507);
    assertThat(json(answer).get("type").textValue()).isEqualTo("urn:fedledger:problem:storage");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("30");
    assertThat(node.node.store().has(Digest.ofContent(federation.specFile))).isFalse();
    node.close();

    start(Limits.DEFAULT);
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    for (Update update : updates) {
      assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    }
    node.awaitLedger(s -> s.head().version() == 1);
  }

  @Test
  void shouldNotBeReadyWhileTheChainStandsStill() throws IOException {
    start(Limits.DEFAULT);
    RunningNode.await(() -> troubles().isEmpty());
    now.set(RunningNode.NOW.plus(Limits.DEFAULT.maxStandstill()).plusSeconds(1));
    RunningNode.await(() -> troubles().equals("chain"));
    assertLive();
    assertThat(json(node.monitor.get("/health")).get("status").textValue())
        .isEqualTo("chain-halted");
    federation.ledger.pass(1);
    RunningNode.await(() -> troubles().isEmpty());
  }

  @Test
  void shouldNotBeReadyWhileTheChainNodeIsSilent() throws IOException {
    start(Limits.DEFAULT);
    RunningNode.await(() -> troubles().isEmpty());
    federation.ledger.down(true);
    now.set(RunningNode.NOW.plusSeconds(31));
    RunningNode.await(() -> troubles().startsWith("ledger"));
    assertLive();
  }

  @Test
  void shouldBeNeitherReadyNorLiveOnceALoopHasEnded() throws IOException {
    start(Limits.DEFAULT);
    federation.ledger.beforeEvents(
        () -> {
          if (Thread.currentThread().getName().equals("index")) {
            throw new OutOfMemoryError("as if");
          }
        });
    federation.ledger.pass(1);
    RunningNode.await(() -> node.monitor.get("/live").statusCode() == 503);
    assertThat(troubles()).isEqualTo("index");
  }
}
