package org.fedledger.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Options;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.node.http.HttpSettings;
import org.fedledger.node.http.HttpSettings.Place;
import org.fedledger.role.ResultProvider;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void bringsRoundsToNewVersions() throws Exception {
    start(Options.usual());
    for (int version = 1; version <= 3; version++) {
      long wanted = version;
      federation.openRound();
      node.withFiles(federation);
      List<Update> updates = federation.commitAll();
      node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
      for (Update update : updates) {
        assertThat(node.client.put(update).statusCode()).isEqualTo(201);
      }
      var state = node.awaitLedger(s -> s.head().version() == wanted);
      byte[] model = node.client.get("/v1/blobs/" + state.head().model()).body();
      assertThat(Digest.ofContent(model)).isEqualTo(state.head().model());
    }
    assertThat(metrics())
        .contains("fedledger_uploads_total 11.0")
        .contains("fedledger_actions_total{action=\"Publish\",outcome=\"done\"} 3.0")
        .contains("route=\"/v1/blobs/{digest}\",status=\"201\"");
  }

  @Test
  void goesOnInMidRoundAfterARestart() throws Exception {
    start(Options.usual());
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    node.client.put(updates.get(0));
    node.client.put(updates.get(1));
    restart();
    assertThat(federation.ledger.state().head().version()).isZero();
    node.client.put(updates.get(2));
    node.awaitLedger(s -> s.head().version() == 1);
    restart();
    federation.openRound();
    federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
  }

  @Test
  void goesOnWhenTheLedgerComesBack() throws Exception {
    federation = new TestFederation(folder, Options.usual());
    federation.ledger.down(true);
    node = RunningNode.start(federation, folder.resolve("node"));
    assertThat(node.monitor.get("/health").statusCode()).isEqualTo(503);
    assertThat(node.client.get("/v1/federation").statusCode()).isEqualTo(503);
    federation.ledger.down(false);
    federation.ledger.pass(1);
    node.awaitSeen(_ -> true);
    assertThat(node.monitor.get("/health").statusCode()).isEqualTo(200);
    node.withFiles(federation);
    federation.openRound();
    federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
  }

  @Test
  void actsOnlyOnBlocksOfTheSpecsDepth() throws Exception {
    start(Options.usual().confirmations(3));
    node.withFiles(federation);
    RunningNode.await(
        () ->
            json(node.client.get("/v1/federation")).at("/block/number").longValue()
                == federation.ledger.head().number() - 3);
    federation.openRound();
    federation.commitAll();
    federation.ledger.pass(1);
    federation.ledger.pass(1);
    assertThat(federation.ledger.submitted()).isEmpty();
    federation.ledger.pass(1);
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
  }

  @Test
  void saysThatARoleOfItHasEndedAndWhy() throws Exception {
    federation = new TestFederation(folder, Options.usual());
    OutOfMemoryError full = new OutOfMemoryError("as if");
    node =
        RunningNode.start(
            federation,
            federation.aggregator,
            NodeConfig.local(folder.resolve("node")),
            _ -> {
              throw full;
            });
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    assertThat(node.monitor.get("/health").statusCode()).isEqualTo(200);
    for (Update update : updates) {
      node.client.put(update);
    }
    assertThat(node.node.death().get(30, TimeUnit.SECONDS)).isSameAs(full);
    RunningNode.await(() -> node.monitor.get("/health").statusCode() == 503);
    JsonNode health = json(node.monitor.get("/health"));
    assertThat(health.get("status").textValue()).isEqualTo("loop-failing");
    assertThat(health.at("/loops/0/loop").textValue()).isEqualTo("aggregator");
    assertThat(health.at("/loops/0/alive").booleanValue()).isFalse();
    assertThat(health.at("/loops/1/alive").booleanValue()).isTrue();
    assertThat(metrics()).contains("fedledger_loop_alive{loop=\"aggregator\"} 0.0");
  }

  @ParameterizedTest
  @CsvSource({"index,index", "ledger-follower,ledger"})
  void saysThatALoopOfItHasEndedAndWhy(String thread, String loop) throws Exception {
    federation = new TestFederation(folder, Options.usual());
    OutOfMemoryError full = new OutOfMemoryError("as if");
    federation.ledger.beforeEvents(
        () -> {
          if (Thread.currentThread().getName().equals(thread)) {
            throw full;
          }
        });
    node = RunningNode.start(federation, folder.resolve("node"));
    federation.ledger.pass(1);
    assertThat(node.node.death().get(30, TimeUnit.SECONDS)).isSameAs(full);
    assertThat(metrics()).contains("fedledger_loop_alive{loop=\"%s\"} 0.0".formatted(loop));
    assertThat(node.monitor.get("/live").statusCode()).isEqualTo(503);
  }

  @Test
  void tellsScriptsWhereItIs() throws IOException {
    start(Options.usual());
    JsonNode told = new ObjectMapper().readTree(folder.resolve("node/node.json").toFile());
    assertThat(URI.create(told.get("url").textValue())).isEqualTo(node.node.url());
    assertThat(told.get("node").textValue()).isEqualTo(federation.aggregator.address().toString());
  }

  @Test
  void sharesItsFolderWithNobody() throws IOException {
    start(Options.usual());
    assertThatThrownBy(() -> RunningNode.start(federation, folder.resolve("node")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("data-dir");
  }

  @Test
  void givesItsFolderBackWhenThePortIsTaken() throws IOException {
    start(Options.usual());
    NodeConfig same =
        NodeConfig.local(folder.resolve("second")).withPort(node.node.url().getPort());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  RunningNode.start(
                      federation, federation.aggregator, same, ResultProvider.PROTOCOL))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen");
    }
  }

  @Test
  void refusesPlainHttpBeyondThisMachine() {
    assertThatThrownBy(
            () ->
                new NodeConfig(
                    folder,
                    new HttpSettings(
                        new Place("0.0.0.0", 0),
                        Optional.empty(),
                        new Place("127.0.0.1", 0),
                        List.of(URI.create("https://node.example")),
                        Set.of(),
                        1),
                    0,
                    Duration.ofSeconds(1),
                    NodeConfig.Limits.DEFAULT))
        .hasMessageContaining("tls-certificate");
  }

  private void start(Options options) throws IOException {
    federation = new TestFederation(folder, options);
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  private void restart() throws IOException {
    node.close();
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  private String metrics() {
    return new String(node.monitor.get("/metrics").body());
  }
}
