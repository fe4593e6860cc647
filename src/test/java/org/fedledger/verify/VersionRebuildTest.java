package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerEvent.RoundOpened;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.OpeningBuilder;
import org.fedledger.round.LackedFile;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.FedAvgM;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.store.EndlessFile;
import org.fedledger.store.FileBlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.VersionRebuild.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lost versions, made again by whoever has the ledger and the updates. */
class VersionRebuildTest {

  private static final Address NOBODY = Address.of("0x" + "00".repeat(20));
  private static final FedAvgM MOMENTUM = new FedAvgM(1, 0.5);

  @TempDir Path folder;
  private Path work;
  private FileBlobStore made;
  private SmallFederation federation;
  private final List<Long> told = new ArrayList<>();

  @BeforeEach
  void makeRoom() throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
    made = new FileBlobStore(folder.resolve("made"));
  }

  @Test
  void makesALostModelAgain() throws IOException {
    ModelVersion lost = play(new SmallFederation(folder), 2).get(2);
    byte[] before = Files.readAllBytes(stored(lost.model()));
    Files.delete(stored(lost.model()));

    assertThat(versions(rebuilt(2))).containsExactly(2L);

    assertThat(content(lost.model())).isEqualTo(before);
    assertThat(rebuilt(2).versions().getLast().round()).isEqualTo(OptionalLong.of(2));
  }

  @Test
  void makesTheRuleStateAgainToo() throws IOException {
    ModelVersion lost = play(new SmallFederation(folder, MOMENTUM), 2).get(2);
    byte[] before = Files.readAllBytes(stored(lost.state()));
    Files.delete(stored(lost.model()));
    Files.delete(stored(lost.state()));

    VersionRebuild.Version version = rebuilt(2).versions().getLast();

    assertThat(version.state()).contains(new BlobId(lost.state(), lost.stateSize()));
    assertThat(version.model()).isEqualTo(new BlobId(lost.model(), lost.modelSize()));
    assertThat(content(lost.state())).isEqualTo(before);
  }

  @Test
  void beginsWithTheLastVersionThatIsAtHand() throws IOException {
    List<ModelVersion> versions = play(new SmallFederation(folder, MOMENTUM), 4);
    Files.delete(stored(versions.get(4).model()));
    Files.delete(stored(versions.get(3).model()));
    // Of version 2 the state alone is gone, which is enough to have to make it.
    Files.delete(stored(versions.get(2).state()));

    assertThat(versions(rebuilt(4))).containsExactly(2L, 3L, 4L);
    assertThat(told).containsExactly(2L, 3L, 4L);
  }

  @Test
  void beginsWithVersion0AsTheSpecMakesIt() throws IOException {
    for (ModelVersion version : play(new SmallFederation(folder, MOMENTUM), 2)) {
      Files.delete(stored(version.model()));
      Files.delete(stored(version.state()));
    }

    assertThat(versions(rebuilt(2))).containsExactly(0L, 1L, 2L);
    assertThat(versions(rebuilt(0))).containsExactly(0L);
  }

  @Test
  void doesNotTrustADamagedBase() throws IOException {
    List<ModelVersion> versions = play(new SmallFederation(folder), 2);
    Files.writeString(stored(versions.get(1).model()), "damaged");

    assertThat(versions(rebuilt(2))).containsExactly(1L, 2L);
  }

  @Test
  void goesBackToTheVersionThatRoundsWereLetBuildOn() throws IOException {
    List<ModelVersion> versions = play(new SmallFederation(folder), 3);
    federation.govern(GovernanceKind.BUILD_ON, NOBODY, BigInteger.ONE, List.of());
    byte[] plan = SpecJson.write(federation.plan());
    federation.open(
        OpeningBuilder.of(federation.opening(Digest.ofContent(plan), plan.length, 1_000))
            .base(1, versions.get(1).model(), Digest.NONE)
            .build());
    federation.playOpenRound();
    for (ModelVersion version : versions) {
      Files.delete(stored(version.model()));
    }

    assertThat(versions(rebuilt(4))).containsExactly(0L, 1L, 4L);
  }

  @Test
  void takesNoMoreOfAVersionThanTheLedgerSaysThatItHas() throws IOException {
    List<ModelVersion> versions = play(new SmallFederation(folder, MOMENTUM), 2);
    for (Digest file : List.of(versions.get(1).model(), versions.get(1).state())) {
      EndlessFile endless = new EndlessFile(federation.store, file);
      made = new FileBlobStore(folder.resolve("made-without-" + file));

      assertThat(versions((Result.Rebuilt) run(endless, 2))).containsExactly(1L, 2L);

      assertThat(endless.ranges()).isOne();
    }
  }

  @Test
  void namesEveryUpdateThatIsGone() throws IOException {
    federation = new SmallFederation(folder);
    List<Digest> gone = new ArrayList<>();
    for (Path update : federation.playRound().values()) {
      gone.add(Digest.ofContent(Files.readAllBytes(update)));
    }
    for (Digest update : gone) {
      Files.delete(stored(update));
    }

    var lacking = (Result.Lacking) run(1);

    assertThat(lacking.files())
        .extracting(LackedFile::digest)
        .containsExactlyInAnyOrderElementsOf(gone);
    assertThat(lacking.version()).isEqualTo(1);
  }

  @Test
  void namesThePlanThatIsGone() throws IOException {
    play(new SmallFederation(folder), 1);
    Digest plan = Digest.ofContent(SpecJson.write(federation.plan()));
    Files.delete(stored(plan));

    assertThat(((Result.Lacking) run(1)).files())
        .extracting(LackedFile::digest)
        .containsExactly(plan);
  }

  @Test
  void leavesOutWhatWasMissingThenThoughItIsHereNow() throws IOException {
    federation = new SmallFederation(folder);
    federation.openRound();
    List<Path> updates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      updates.add(federation.commit(federation.participants.get(i), 10, 0.1f * (i + 1)));
    }
    federation.closeCommits();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    federation.passSeconds(51);
    Path model = folder.resolve("model");
    var result = (RoundComputation.Result.Aggregated) federation.compute(model);
    assertThat(result.decision().rejections()).containsExactly(new Rejection(2, Reason.MISSING));
    federation.publish(model, result.decision());
    federation.store(updates.get(2));

    assertThat(rebuilt(1).versions().getFirst().model().digest()).isEqualTo(result.model());
  }

  @Test
  void doesNotPassAnythingElseForAVersion() throws IOException {
    federation = new SmallFederation(folder);
    federation.playRound();
    federation.openRound();
    for (int i = 0; i < 3; i++) {
      federation.store(federation.commit(federation.participants.get(i), 10, 0.5f));
    }
    federation.closeCommits();
    Path model = folder.resolve("forged");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(model);
    byte[] forged = Files.readAllBytes(model);
    forged[forged.length - 1] ^= 1;
    federation.publish(Files.write(model, forged), honest.decision());

    var differs = (Result.Differs) run(2);

    assertThat(differs.version()).isEqualTo(2);
    assertThat(differs.objection().evidence())
        .containsEntry("recorded", Digest.ofContent(forged).toString())
        .containsEntry("rebuilt", honest.model().toString());
    assertThat(made.size(honest.model())).isEmpty();
  }

  @Test
  void doesNotMakeAVersionOfAnUpdateThatCountsForNothing() throws IOException {
    federation = new SmallFederation(folder);
    federation.openRound();
    for (int i = 0; i < 3; i++) {
      float value = i == 2 ? Float.NaN : 0.5f;
      federation.store(federation.commit(federation.participants.get(i), 10, value));
    }
    federation.closeCommits();
    Path model = folder.resolve("model");
    federation.compute(model);
    federation.publish(model, Decision.of(3, List.of(0, 1, 2), List.of()));

    var differs = (Result.Differs) run(1);

    assertThat(differs.objection().evidence())
        .containsEntry("participant", federation.participants.get(2).address().toString());
    assertThat(differs.objection().evidence().get("why")).contains("NONFINITE");
  }

  @Test
  void asksForAVersion0ThatWasSupplied() throws IOException {
    byte[] supplied = "no model, but the one that was recorded".getBytes(StandardCharsets.UTF_8);
    federation = SmallFederation.supplied(folder, supplied);
    Digest digest = Digest.ofContent(supplied);

    assertThat(rebuilt(0).versions().getFirst().model().digest()).isEqualTo(digest);
    Files.delete(stored(digest));
    made = new FileBlobStore(folder.resolve("made-anew"));

    assertThat(((Result.Lacking) run(0)).files())
        .extracting(LackedFile::digest)
        .containsExactly(digest);
  }

  @Test
  void seesAVersion0ThatIsNotTheSpecs() throws IOException {
    BlobId other = new BlobId(Digest.ofContent(new byte[] {1}), 1);
    federation = new SmallFederation(folder, MOMENTUM, Optional.of(other));

    var differs = (Result.Differs) run(0);
    assertThat(differs.objection().what()).contains("rule state").contains("another size");
    assertThat(differs.objection().evidence()).containsEntry("recordedSize", "1");
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void goesNowhereInARecordInWhichAVersionBuildsOnItself() throws IOException {
    List<ModelVersion> versions = play(new SmallFederation(folder), 1);
    Digest model = versions.get(1).model();
    Files.delete(stored(model));
    LedgerReader circular =
        ChangedRecord.first(
            federation.ledger(),
            RoundOpened.class,
            e ->
                new RoundOpened(
                    e.round(),
                    e.roundId(),
                    OpeningBuilder.of(e.opening()).base(1, model, Digest.NONE).build(),
                    e.members(),
                    e.verifiers(),
                    e.attestationThreshold()));
    VersionRebuild rebuild =
        new VersionRebuild(circular, federation.store, made, work, (v, _) -> told.add(v));

    assertThatThrownBy(() -> rebuild.run(circular.head(), 1))
        .isInstanceOf(ContradictionException.class)
        .hasMessageContaining("builds on version 1");
  }

  @Test
  void cannotJudgeAPlanWithARuleThatItDoesNotHave() throws IOException {
    federation = new SmallFederation(folder, new FedAvg(1));
    String plan = new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8);
    federation.openRoundBy(plan.replace("\"name\":\"fedavg\"", "\"name\":\"fedprox\""));
    for (int i = 0; i < 3; i++) {
      federation.store(federation.commit(federation.participants.get(i), 10, 0.5f));
    }
    federation.closeCommits();
    Path model = folder.resolve("model");
    federation.compute(model);
    federation.publish(model, Decision.of(3, List.of(0, 1, 2), List.of()));

    assertThat(((Result.CannotJudge) run(1)).why())
        .startsWith("cannot judge: ")
        .contains("fedprox");
  }

  @Test
  void tellsTheLastVersionOfOneThatIsNotThereYet() throws IOException {
    play(new SmallFederation(folder), 1);
    assertThat(run(2)).isEqualTo(new Result.NotFinal(1));
  }

  /** Plays rounds and gives the versions, from 0. */
  private List<ModelVersion> play(SmallFederation played, int rounds) throws IOException {
    federation = played;
    List<ModelVersion> versions = new ArrayList<>(List.of(played.state().head()));
    for (int i = 0; i < rounds; i++) {
      played.playRound();
      versions.add(played.state().head());
    }
    return versions;
  }

  private static List<Long> versions(Result.Rebuilt rebuilt) {
    return rebuilt.versions().stream().map(VersionRebuild.Version::version).toList();
  }

  private Result.Rebuilt rebuilt(long version) throws IOException {
    Result result = run(version);
    assertThat(result).isInstanceOf(Result.Rebuilt.class);
    made = new FileBlobStore(folder.resolve("made"));
    return (Result.Rebuilt) result;
  }

  private Result run(long version) throws IOException {
    return run(federation.store, version);
  }

  private Result run(BlobSource blobs, long version) throws IOException {
    var ledger = federation.ledger();
    Result result =
        new VersionRebuild(ledger, blobs, made, work, (v, _) -> told.add(v))
            .run(ledger.head(), version);
    assertThat(work).isEmptyDirectory();
    return result;
  }

  private byte[] content(Digest digest) throws IOException {
    return Files.readAllBytes(made.file(digest).orElseThrow());
  }

  private Path stored(Digest digest) {
    return folder.resolve("blobs").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }
}
