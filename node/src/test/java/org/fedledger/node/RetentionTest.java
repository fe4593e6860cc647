package org.fedledger.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.fedledger.node.NodeConfig.Limits;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.role.ResultProvider;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;
  private final List<Digest> versions = new ArrayList<>();

  private void start(OptionalLong retained) throws IOException {
    Limits usual = Limits.DEFAULT;
    federation = TestFederation.usual(folder);
    node =
        RunningNode.start(
                federation,
                federation.aggregator,
                NodeConfig.local(folder.resolve("node"))
                    .withLimits(new Limits(usual.minFreeBytes(), usual.maxStandstill(), retained)),
                ResultProvider.PROTOCOL)
            .withFiles(federation);
    node.client.put(
        Digest.ofContent(Files.readAllBytes(federation.initialModel)), federation.initialModel);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Plays a round in which the first participant commits another file, if one is given. */
  private List<Update> play(BlobId... instead) throws Exception {
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      updates.add(
          i < instead.length
              ? federation.commit(i, folder, instead[i])
              : federation.commit(i, versions.size() + 0.25f * i));
    }
    federation.closeCommits();
    for (Update update : updates.subList(instead.length, 3)) {
      assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    }
    if (instead.length > 0) {
      federation.ledger.passTo(federation.round().revealDeadline().orElseThrow() + 1);
    }
    long version = versions.size() + 1;
    versions.add(node.awaitLedger(s -> s.head().version() == version).head().model());
    return updates;
  }

  private boolean isHere(Update update) {
    return node.node.store().has(update.digest());
  }

  @Test
  void keepsAllUnlessItIsAskedToDelete() throws Exception {
    start(OptionalLong.empty());
    List<Update> first = play();
    play();
    play();
    assertThat(first).allMatch(this::isHere);
    assertThat(folder.resolve("node/retention")).doesNotExist();
  }

  @Test
  void deletesTheUpdatesOfOldRoundsAndNothingElse() throws Exception {
    start(OptionalLong.of(1));
    List<Update> first = play();
    List<Update> second = play();
    List<Update> third = play();
    RunningNode.await(() -> first.stream().noneMatch(this::isHere));
    assertThat(second).as("of the round before the last").allMatch(this::isHere);
    assertThat(third).allMatch(this::isHere);
    assertThat(versions).allMatch(v -> node.node.store().has(v));
    String receipt =
        "/v1/receipts/%s/%s"
            .formatted(
                first.getFirst().commitment().roundId(), first.getFirst().author().address());
    assertThat(node.client.get(receipt).statusCode()).isEqualTo(200);
    assertThat(node.client.get(blob(Digest.ofContent(federation.planFile))).statusCode())
        .isEqualTo(200);
  }

  /** A commitment is to any digest that its author likes. */
  @Test
  void deletesNothingBecauseAParticipantHasCommittedItsDigest() throws Exception {
    start(OptionalLong.of(1));
    List<Update> first = play();
    Digest model = versions.getFirst();
    play(new BlobId(model, node.node.store().size(model).orElseThrow()));
    Update again = first.get(1);
    List<Update> third = play(new BlobId(again.digest(), again.commitment().size()));
    RunningNode.await(() -> !isHere(first.get(0)));
    assertThat(isHere(again)).as("committed again in a round that is kept").isTrue();
    play();
    play();
    RunningNode.await(() -> !isHere(third.get(1)));
    assertThat(node.node.store().has(model)).as("a version").isTrue();
  }
}
