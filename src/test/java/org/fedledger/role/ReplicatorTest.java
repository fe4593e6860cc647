package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatorTest {

  @TempDir Path folder;
  private Path copies;
  private SmallFederation federation;
  private boolean nodeIsAway;
  private final List<Digest> sent = new ArrayList<>();

  @BeforeEach
  void openRound() throws IOException {
    federation = new SmallFederation(folder);
    federation.openRound();
    copies = Files.createDirectory(folder.resolve("copies"));
  }

  private Replicator replicator() {
    return replicator(Concurrency.NONE);
  }

  private Replicator replicator(Concurrency concurrency) {
    return new Replicator(
        new FolderBlobSource(copies),
        List.of(
            (blob, _) -> {
              if (nodeIsAway) {
                return new Replica.Answer.NotKept("the node is away");
              }
              sent.add(blob.digest());
              return new Replica.Answer.Kept();
            }),
        concurrency);
  }

  private void copy(Digest digest) throws IOException {
    Files.copy(federation.stored(digest), copies.resolve(digest.hex()));
  }

  @Test
  void bringsWhatANodeMissedWhileItWasAwayOnceItIsBack() throws IOException {
    Digest spec = federation.state().created().spec();
    Digest plan = federation.round().opening().plan();
    copy(spec);
    copy(plan);
    Replicator replicator = replicator();
    nodeIsAway = true;
    assertThat(replicator.step(federation.state()))
        .isInstanceOfSatisfying(
            Step.Idle.class, idle -> assertThat(idle.why()).contains("the node is away"));

    nodeIsAway = false;
    assertThat(replicator.step(federation.state())).isInstanceOf(Step.Did.class);
    assertThat(sent).containsExactly(spec, plan);
    assertThat(replicator.step(federation.state())).isInstanceOf(Step.Idle.class);
    assertThat(sent).as("each once").hasSize(2);
  }

  @Test
  void offersNothingOfWhichThereIsNoCopy() {
    assertThat(replicator().step(federation.state())).isInstanceOf(Step.Idle.class);
    assertThat(sent).isEmpty();
  }

  /** Files that share one way all come late. */
  @Test
  void bringsANodeOneFileAfterAnother() throws IOException {
    Digest spec = federation.state().created().spec();
    Digest plan = federation.round().opening().plan();
    copy(spec);
    copy(plan);
    List<Runnable> calls = new ArrayList<>();
    Replicator replicator = replicator(calls::addAll);
    replicator.step(federation.state());
    replicator.step(federation.state());
    assertThat(calls).as("begun").hasSize(1);

    calls.removeFirst().run();
    assertThat(replicator.step(federation.state())).isInstanceOf(Step.Did.class);
    assertThat(sent).containsExactly(spec, plan);
    assertThat(calls).isEmpty();
  }
}
