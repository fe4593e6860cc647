package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Round;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions to a node's index; every answer is held to the OpenAPI document by the client. */
@Timeout(120)
class AuditReadTest {

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void begin() throws IOException {
    federation = TestFederation.usual(folder);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void start() throws IOException {
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  /** A round in which all commit, one does not upload, and the others make a version. */
  private List<Update> play() throws IOException, InterruptedException {
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    federation.closeCommits();
    updates.stream().skip(1).forEach(this::put);
    node.awaitLedger(s -> s.round().orElseThrow().revealDeadline().isPresent());
    federation.ledger.passTo(federation.round().revealDeadline().orElseThrow() + 1);
    node.awaitLedger(s -> s.round().orElseThrow().phase() == Round.Phase.FINAL);
    awaitIndexed();
    return updates;
  }

  private void put(Update update) {
    try {
      assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitIndexed() {
    long head = federation.ledger.head().number();
    RunningNode.await(
        () -> {
          HttpResponse<byte[]> answer = node.client.get("/v1/audit");
          return answer.statusCode() == 200
              && json(answer).at("/indexed/block").longValue() >= head;
        });
  }

  private JsonNode ask(String path) {
    HttpResponse<byte[]> answer = node.client.get("/v1/audit" + path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return json(answer);
  }

  private static List<String> texts(JsonNode items, String name) {
    return StreamSupport.stream(items.spliterator(), false).map(i -> i.get(name).asText()).toList();
  }

  @Test
  void answersEveryQuestionFromTheLedger() throws Exception {
    start();
    List<Update> updates = play();
    String absent = updates.getFirst().author().address().toString();
    String present = updates.get(1).author().address().toString();

    assertThat(ask("").get("rounds").intValue()).isEqualTo(1);
    assertThat(texts(ask("/rounds").get("items"), "status")).containsExactly("final");
    JsonNode round = ask("/rounds/1");
    assertThat(texts(round.get("items"), "status"))
        .containsExactly("rejected", "accepted", "accepted");
    assertThat(round.at("/publications/0/rejected/0/participant").textValue()).isEqualTo(absent);
    assertThat(texts(ask("/versions").get("items"), "version")).containsExactly("0", "1");
    assertThat(ask("/versions/1").at("/version/accepted").intValue()).isEqualTo(2);
    assertThat(texts(ask("/versions/1/lineage").get("items"), "digest"))
        .containsExactly(updates.get(1).digest().toString(), updates.get(2).digest().toString());
    assertThat(ask("/versions/0/lineage").get("items")).isEmpty();
    assertThat(ask("/participants").get("items")).hasSize(3);
    JsonNode one = ask("/participants/" + absent);
    assertThat(one.at("/items/0/reason").textValue()).isEqualTo("MISSING");
    assertThat(one.at("/changes/0/change").textValue()).isEqualTo("admitted");
    assertThat(ask("/participants/" + absent + "/lineage").get("lastVersionWithout").intValue())
        .isEqualTo(1);
    JsonNode reach = ask("/participants/" + present + "/lineage");
    assertThat(reach.get("lastVersionWithout").intValue()).isZero();
    assertThat(reach.at("/items/0/directly").booleanValue()).isTrue();
    assertThat(
            ask("/updates/" + updates.get(2).digest() + "/lineage").get("firstVersion").intValue())
        .isEqualTo(1);
    assertThat(ask("/rejections").at("/reasons/0/count").intValue()).isEqualTo(1);
    assertThat(ask("/rejections?reason=norm").get("items")).isEmpty();
    assertThat(ask("/attestations").get("items")).isEmpty();
    assertThat(texts(ask("/gas").get("items"), "kind"))
        .containsExactly("found", "admit", "open-round", "commit", "close-commits", "publish");
    assertThat(ask("/privacy").get("items")).hasSize(3);
  }

  @Test
  void tellsWhatChangedAndWhoConsented() throws Exception {
    start();
    SigningKey fresh = TestFederation.key(99);
    federation.rotate(0, fresh);
    awaitIndexed();
    String rotated = federation.participants.getFirst().address().toString();

    assertThat(texts(ask("/changes?account=" + rotated).get("items"), "change"))
        .containsExactly("admitted", "key-rotated");
    JsonNode only = ask("/changes?kind=key-rotated").get("items");
    assertThat(texts(only, "account")).containsExactly(rotated);
    assertThat(only.at("/0/detail").textValue()).contains(fresh.address().toString());
    JsonNode newest = ask("/changes?order=newest&limit=1");
    assertThat(newest.get("items")).isEqualTo(only);
    assertThat(ask("/changes?order=newest&limit=1&cursor=" + newest.get("next").textValue()))
        .isNotEqualTo(newest);
    assertThat(detail(400, "/changes?kind=key-lost")).contains("key-recovered");
  }

  @Test
  void turnsPagesByCursor() throws Exception {
    start();
    play();
    for (String order : List.of("oldest", "newest")) {
      List<String> seen = new ArrayList<>();
      JsonNode page = ask("/rounds/1?limit=2&order=" + order);
      assertThat(page.get("items")).hasSize(2);
      seen.addAll(texts(page.get("items"), "digest"));
      page = ask("/rounds/1?limit=2&order=" + order + "&cursor=" + page.get("next").textValue());
      seen.addAll(texts(page.get("items"), "digest"));
      assertThat(page.get("next").isNull()).isTrue();
      List<String> all = texts(ask("/rounds/1").get("items"), "digest");
      assertThat(seen).isEqualTo(order.equals("oldest") ? all : all.reversed());
    }
  }

  @Test
  void saysWhatIsWrongWithAQuestion() throws Exception {
    start();
    awaitIndexed();
    assertThat(detail(400, "/rounds?stauts=final")).contains("stauts", "status");
    assertThat(detail(400, "/rounds?status=done")).contains("committing", "'done'");
    assertThat(detail(400, "/rounds?limit=1001")).contains("1 to 1000");
    assertThat(detail(400, "/rounds?cursor=x")).contains("next");
    assertThat(detail(400, "/rounds?limit=1&limit=2")).contains("more than once");
    assertThat(detail(400, "/rounds?fromTime=yesterday")).contains("2026-11-21T08:00:00Z");
    assertThat(detail(400, "/rounds/first")).contains("decimal number");
    assertThat(detail(400, "/participants/0x12")).contains("40 lower-case hex digits");
    detail(404, "/rounds/7");
    detail(404, "/versions/7");
    detail(404, "/versions/7/lineage");
    detail(404, "/participants/0x" + "00".repeat(20));
    detail(404, "/updates/0x" + "00".repeat(32) + "/lineage");
  }

  private String detail(int status, String path) {
    HttpResponse<byte[]> answer = node.client.get("/v1/audit" + path);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    return json(answer).get("detail").textValue();
  }

  @Test
  void runsWithoutItsIndexAndSaysWhy() throws Exception {
    Path file = Files.createDirectories(folder.resolve("node")).resolve("index.db");
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = c.createStatement()) {
      statement.execute("CREATE TABLE other(x)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    start();
    RunningNode.await(
        () -> {
          HttpResponse<byte[]> answer = node.client.get("/v1/audit/rounds");
          assertThat(answer.statusCode()).isEqualTo(503);
          return json(answer).get("detail").textValue().contains("another program");
        });
    node.awaitSeen(_ -> true);
    assertThat(node.client.get("/v1/federation").statusCode()).isEqualTo(200);
  }

  @Test
  void followsReorgs() throws Exception {
    start();
    federation.openRound();
    // Not all commit, so that the node does not close commits meanwhile.
    federation.commit(0, 0.5f);
    federation.commit(1, 1);
    awaitIndexed();
    assertThat(ask("/rounds/1").get("items")).hasSize(2);
    federation.ledger.reorganise(1);
    awaitIndexed();
    RunningNode.await(() -> ask("/rounds/1").get("items").size() == 1);
  }
}
