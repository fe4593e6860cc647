package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Round;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Options;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.role.ResultProvider;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FederationReadTest {

  private static final String PARTICIPANTS = "/v1/federation/participants";

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    federation = new TestFederation(folder, Options.usual().verifiers(3));
    node = RunningNode.start(federation, folder.resolve("node"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** By which clients find out that their own clock is wrong. */
  @Test
  void tellsTheNodesTimeWithEachAnswer() {
    for (String path : new String[] {"/v1/federation", "/v1/nothing"}) {
      String date = node.client.get(path).headers().firstValue("Date").orElseThrow();
      assertThat(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .isEqualTo(RunningNode.NOW);
    }
  }

  /** RFC 9110, 5.6.7. */
  @Test
  void writesTheTimeWithTwoDigitsForTheDay() throws IOException {
    node.close();
    node =
        RunningNode.start(
            federation,
            federation.aggregator,
            NodeConfig.local(folder.resolve("node")),
            ResultProvider.PROTOCOL,
            InstantSource.fixed(Instant.parse("2026-11-07T08:09:10Z")));
    assertThat(node.client.get("/v1/federation").headers().firstValue("Date"))
        .contains("Sat, 07 Nov 2026 08:09:10 GMT");
  }

  @Test
  void showsAFederationBeforeItsFirstRound() {
    JsonNode shown = shown(federation.ledger.head().number());
    assertThat(shown.get("chainId").intValue()).isEqualTo(1337);
    assertThat(shown.get("contract").textValue())
        .isEqualTo(federation.domain.contract().toString());
    assertThat(shown.get("federation").textValue()).isEqualTo(TestFederation.ID.toString());
    assertThat(shown.get("spec").textValue())
        .isEqualTo(Digest.ofContent(federation.specFile).toString());
    assertThat(shown.get("name").isNull()).as("the spec is not here yet").isTrue();
    assertThat(shown.get("participants").intValue()).isEqualTo(3);
    JsonNode participants = json(node.client.get(PARTICIPANTS));
    assertThat(participants.get("block")).isEqualTo(shown.get("block"));
    assertThat(texts(participants.findValues("address")))
        .isEqualTo(addresses(federation.participants));
    assertThat(participants.at("/items/0/round").isNull()).isTrue();
    assertThat(participants.at("/items/0/privacyBudget").textValue())
        .as("2^64-1 is beyond the numbers of JSON")
        .isEqualTo("18446744073709551615");
    assertThat(shown.get("verifiers")).hasSize(3);
    assertThat(shown.at("/head/version").intValue()).isZero();
    assertThat(shown.get("round").isNull()).isTrue();
  }

  @Test
  void showsWhatEachDidInARound() throws Exception {
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    node.awaitLedger(s -> s.round().orElseThrow().phase() == Round.Phase.PUBLISHING);
    node.client.put(updates.get(0));
    node.client.put(updates.get(2));
    JsonNode round = shown(federation.ledger.head().number()).get("round");
    assertThat(round.get("phase").textValue()).isEqualTo("publishing");
    assertThat(round.get("committed").intValue()).isEqualTo(3);
    assertThat(round.get("uploaded").intValue()).isEqualTo(2);
    JsonNode before = json(node.client.get(PARTICIPANTS)).get("items");
    assertThat(before.findValues("uploaded"))
        .extracting(JsonNode::booleanValue)
        .containsExactly(true, false, true);
    assertThat(before.findValues("accepted"))
        .extracting(JsonNode::booleanValue)
        .containsOnly(false);
    federation.ledger.pass(TestFederation.WINDOW + 1);
    node.awaitLedger(s -> s.round().orElseThrow().phase() == Round.Phase.ATTESTING);
    JsonNode shown = shown(federation.ledger.head().number());
    assertThat(shown.get("name").textValue()).isEqualTo("test");
    JsonNode candidate = shown.at("/round/candidates/0");
    assertThat(candidate.get("status").textValue()).isEqualTo("pending");
    assertThat(candidate.get("aggregator").textValue())
        .isEqualTo(federation.aggregator.address().toString());
    assertThat(candidate.get("rejected").intValue()).isOne();
    assertThat(candidate.get("accepted").intValue()).isEqualTo(2);
    JsonNode after = json(node.client.get(PARTICIPANTS)).get("items");
    assertThat(after.at("/1/round/rejected").textValue()).isEqualTo("MISSING");
    assertThat(after.at("/1/round/accepted").booleanValue()).isFalse();
    assertThat(after.at("/2/round/rejected").isNull()).isTrue();
    assertThat(after.at("/2/round/accepted").booleanValue()).isTrue();
  }

  @Test
  void listsParticipantsPageByPage() {
    JsonNode first = shownPage("?limit=2");
    assertThat(texts(first.findValues("address")))
        .isEqualTo(addresses(federation.participants.subList(0, 2)));
    JsonNode second = shownPage(first.get("next").textValue());
    assertThat(texts(second.findValues("address")))
        .isEqualTo(addresses(federation.participants.subList(2, 3)));
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(shownPage("?limit=3").get("next").isNull()).as("nobody comes behind").isTrue();
    for (String refused : List.of("?limit=0", "?limit=1001", "?after=0x12", "?before=1")) {
      assertThat(node.client.get(PARTICIPANTS + refused).statusCode()).as(refused).isEqualTo(400);
    }
  }

  private JsonNode shownPage(String query) {
    RunningNode.await(() -> node.state().filter(s -> s.participants().size() == 3).isPresent());
    return json(node.client.get(PARTICIPANTS + query));
  }

  /** Whoever asks again and again shall not have a large answer each time. */
  @Test
  void saysNoMoreOfAThousandParticipantsThanOfThree() throws IOException {
    int few = node.client.get("/v1/federation").body().length;
    node.close();
    federation =
        new TestFederation(
            Files.createDirectory(folder.resolve("large")), Options.usual().participants(1_000));
    federation.openRound();
    node = RunningNode.start(federation, folder.resolve("other"));
    JsonNode shown = shown(federation.ledger.head().number());
    assertThat(shown.at("/round/members").intValue()).isEqualTo(1_000);
    assertThat(node.client.get("/v1/federation").body().length).isLessThan(few + 2_000);
    assertThat(json(node.client.get(PARTICIPANTS)).get("items")).hasSize(100);
  }

  @Test
  void namesWhatEverybodyShouldFindHereAndDoesNot() {
    federation.openRound();
    JsonNode lacking = shown(federation.ledger.head().number()).get("lacking");
    assertThat(texts(lacking.findValues("what"))).containsExactly("spec", "model", "plan");
    assertThat(lacking.at("/1/version").intValue()).isZero();
    assertThat(lacking.at("/2/digest").textValue())
        .isEqualTo(Digest.ofContent(federation.planFile).toString());
    node.withFiles(federation);
    RunningNode.await(() -> shown(0).get("lacking").isEmpty());
  }

  /** As of this block or a later one. */
  private JsonNode shown(long block) {
    RunningNode.await(() -> node.state().filter(s -> s.at().number() >= block).isPresent());
    return json(node.client.get("/v1/federation"));
  }

  private static List<String> addresses(List<SigningKey> keys) {
    return keys.stream().map(key -> key.address().toString()).toList();
  }

  private static List<String> texts(Iterable<JsonNode> nodes) {
    List<String> texts = new java.util.ArrayList<>();
    nodes.forEach(each -> texts.add(each.textValue()));
    return texts;
  }
}
