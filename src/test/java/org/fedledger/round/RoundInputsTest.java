package org.fedledger.round;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.OpeningBuilder;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.rule.FedAvgM;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Draw;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.PlanTerm;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.Sampling;
import org.fedledger.spec.Schedule;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.store.AbsentBlob.Cause;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.store.EndlessFile;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundInputsTest {

  private static final long TOO_LONG = 2L << 20;
  private static final Address NOBODY = Address.of("0x" + "00".repeat(20));

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void bringsTogetherWhatARoundIsComputedFrom() throws IOException {
    federation.playRound();
    RoundInputs.Ready ready = ready();
    assertThat(ready.spec()).isEqualTo(federation.spec);
    assertThat(ready.plan()).isEqualTo(federation.plan());
    assertThat(Blobs.id(ready.base()).digest()).isEqualTo(federation.state().created().model());
    assertThat(ready.updates()).hasSize(3);
    assertThat(ready.complete()).isTrue();
  }

  @Test
  void saysWhichUpdatesAreAbsentAndWhy() throws IOException {
    federation.openRound();
    Path first = federation.commit(federation.participants.get(0), 1, 0.1f);
    Path second = federation.commit(federation.participants.get(1), 1, 0.2f);
    federation.store(second);
    damage(Blobs.id(second).digest());
    RoundInputs.Ready ready = ready();
    assertThat(ready.updates()).isEmpty();
    assertThat(ready.absent().get(federation.participants.get(0).address()))
        .satisfies(
            lacked -> {
              assertThat(lacked.cause()).isEqualTo(Cause.MISSING);
              assertThat(lacked.digest()).isEqualTo(Blobs.id(first).digest());
            });
    assertThat(ready.absent().get(federation.participants.get(1).address()).cause())
        .isEqualTo(Cause.DAMAGED);
    assertThat(ready.complete()).isFalse();
  }

  @Test
  void asksForNoUpdateWhereOnlyTheBasisIsWanted() throws IOException {
    federation.openRound();
    Path update = federation.commit(federation.participants.get(0), 1, 0.1f);
    Digest digest = Blobs.id(update).digest();
    BlobSource refusing =
        new BlobSource() {
          @Override
          public Set<Digest> has(Set<Digest> wanted) {
            assertThat(wanted).doesNotContain(digest);
            return federation.store.has(wanted);
          }

          @Override
          public Part read(Digest wanted, long from, int length) {
            assertThat(wanted).isNotEqualTo(digest);
            return federation.store.read(wanted, from, length);
          }
        };
    try (BlobFiles.Use files = new BlobFiles(List.of(refusing), folder).open()) {
      assertThat(RoundInputs.loadBasis(federation.state(), federation.round(), files))
          .isInstanceOfSatisfying(
              RoundInputs.Ready.class, ready -> assertThat(ready.absent()).isEmpty());
    }
  }

  @Test
  void lacksWhatTheRoundCannotBeJudgedWithout() throws IOException {
    federation.openRound();
    Digest base = federation.state().created().model();
    Digest plan = federation.round().opening().plan();
    Files.delete(federation.stored(base));
    Files.delete(federation.stored(plan));
    assertThat(load())
        .isInstanceOfSatisfying(
            RoundInputs.Lacking.class,
            lacking -> assertThat(lacking.digests()).containsExactly(plan, base));
  }

  /** Of versions between the first and the last no size stands on the ledger beside the round. */
  @Test
  void takesNoMoreOfAFileThanLedgerOrSpecSaysThatItHas() throws IOException {
    federation = new SmallFederation(fresh(), new FedAvgM(1, 0.5));
    federation.playRound();
    ModelVersion base = federation.state().head();
    federation.playRound();
    federation.govern(GovernanceKind.BUILD_ON, NOBODY, BigInteger.ONE, List.of());
    federation.open(opening().base(1, base.model(), base.state()).build());
    assertThat(ready().round().opening().baseVersion()).isOne();

    for (Digest file :
        List.of(
            federation.state().created().spec(),
            federation.round().opening().plan(),
            base.model(),
            base.state())) {
      EndlessFile endless = new EndlessFile(federation.store, file);
      try (BlobFiles.Use files = new BlobFiles(List.of(endless), folder).open()) {
        assertThat(RoundInputs.loadBasis(federation.state(), federation.round(), files))
            .isInstanceOfSatisfying(
                RoundInputs.Lacking.class,
                lacking -> assertThat(lacking.digests().getFirst()).isEqualTo(file));
      }
      assertThat(endless.ranges()).isOne();
    }
  }

  @Test
  void cannotJudgeAPlanOfAnotherSpec() throws IOException {
    Digest other = Digest.ofContent(new byte[] {9});
    open(new RoundPlan(other, federation.spec.plan()), 1_000);
    assertThat(invalid().why()).contains("belongs to another spec").contains(other.toString());
    assertThat(invalid().who()).contains("coordinator");
  }

  @Test
  void cannotJudgeARoundOpenedWithAnotherCapThanItsPlanHas() throws IOException {
    open(federation.plan(), 999);
    assertThat(invalid().objection().evidence())
        .containsEntry("planned", "1000")
        .containsEntry("opened", "999");
  }

  @Test
  void cannotJudgeAPlanThatIsNone() throws IOException {
    openWith("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 1_000);
    assertThat(invalid().why()).contains("plan.fedledger: missing");
    assertThat(invalid().who()).isEmpty();
  }

  @Test
  void readsNoPlanThatIsTooLongToBeOne() throws IOException {
    openWith(new byte[(int) TOO_LONG], 1_000);
    assertThat(invalid().why()).contains("more than 1048576 bytes");
  }

  @Test
  void cannotJudgeAPlanThatWidensWhatTheSpecFixed() throws IOException {
    PlanTerms agreed = federation.spec.plan();
    open(
        planned(
            new PlanTerms(
                agreed.rule(),
                new Training(0.2, 0, 4, 1, Training.Unit.EPOCHS),
                1_001,
                agreed.normBound())),
        1_001);
    assertThat(invalid().objection().evidence()).containsEntry("changed", "training, weightCap");
  }

  @Test
  void takesAPlanThatNarrowsWhatTheSpecFixed() throws IOException {
    PlanTerms agreed = federation.spec.plan();
    open(planned(new PlanTerms(agreed.rule(), agreed.training(), 10, OptionalDouble.of(0.5))), 10);
    assertThat(ready().plan().terms().weightCap()).isEqualTo(10);
  }

  @Test
  void takesAPlanThatWidensWhatTheSpecLetsPlansChange() {
    FederationSpec spec = federation.spec;
    PlanTerms wider =
        new PlanTerms(spec.plan().rule(), spec.plan().training(), 5_000, spec.plan().normBound());
    FederationSpec open =
        new FederationSpec(
            spec.name(),
            spec.architecture(),
            spec.initial(),
            spec.rounds(),
            spec.confirmations(),
            spec.readers(),
            spec.plan(),
            Set.of(PlanTerm.WEIGHT_CAP),
            spec.suspendAfter(),
            spec.data());
    Digest digest = Digest.ofContent(SpecJson.write(open));
    assertThat(PlanCheck.objection(digest, open, new RoundPlan(digest, wider))).isEmpty();
    assertThat(PlanCheck.changed(open, new RoundPlan(digest, wider)))
        .containsExactly(PlanTerm.WEIGHT_CAP);
    assertThat(SpecJson.parseSpec(SpecJson.write(open))).isEqualTo(open);
    assertThat(open.with(wider).planMayChange()).isEqualTo(open.planMayChange());
  }

  @Test
  void holdsTheOpeningsDrawAgainstThePlans() throws IOException {
    federation = drawing(new Sampling.Count(2));
    Draw planned =
        new PlannedDraw(
                federation.state().federation(), 0, federation.state().created().model(), 1, 0, 2)
            .of(federation.spec.plan(), federation.state().participants().values());
    assertThat(planned.drawn()).isEqualTo(2);
    federation.open(opening().draw(planned).build());
    assertThat(ready().round().drawn()).hasSize(2);

    federation = drawing(new Sampling.Count(2));
    federation.open(opening().build());
    assertThat(invalid().why()).contains("another draw than its plan has");
  }

  @Test
  void holdsTheOpeningsNumberOfTheDrawnAgainstTheDraw() throws IOException {
    federation = drawing(new Sampling.Count(2));
    Draw planned =
        new PlannedDraw(
                federation.state().federation(), 0, federation.state().created().model(), 1, 0, 2)
            .of(federation.spec.plan(), federation.state().participants().values());
    federation.open(opening().draw(new Draw(planned.threshold(), 3)).build());
    assertThat(invalid().why()).contains("another draw than its plan has");
    assertThat(invalid().who()).contains("coordinator");
  }

  @Test
  void holdsTheOpeningsSizeOfThePlanAgainstTheFile() throws IOException {
    RoundOpening o = opening().build();
    federation.open(OpeningBuilder.of(o).plan(o.plan(), o.planSize() + 1).build());
    assertThat(invalid().why()).contains("another size of its plan than the file has");
    assertThat(invalid().who()).contains("coordinator");
  }

  @Test
  void holdsTheOpeningsStagesAndWindowsAgainstThePlans() throws IOException {
    federation.open(opening().stages(new StageTerms(60, 2)).build());
    assertThat(invalid().why()).contains("another list of stages");

    PlanTerms agreed = federation.spec.plan();
    PlanTerms fixed =
        new PlanTerms(
            agreed.rule(),
            agreed.training(),
            agreed.weightCap(),
            agreed.normBound(),
            agreed.draw(),
            new Schedule(List.of(), Optional.of(new Schedule.Windows(50, 50, 50, 3))));
    federation = new SmallFederation(fresh(), fixed);
    federation.open(opening().build());
    assertThat(load()).isInstanceOf(RoundInputs.Ready.class);
    federation = new SmallFederation(fresh(), fixed);
    federation.open(opening().windows(50, 50, 51).build());
    assertThat(invalid().why()).contains("another set of windows");
  }

  @Test
  void cannotJudgeARoundOnAVersionThatIsNoModel() throws IOException {
    federation = SmallFederation.supplied(fresh(), "no model at all".getBytes(US_ASCII));
    federation.openRound();
    assertThat(invalid().why()).contains("the model of version 0 is none of this federation");
    assertThat(invalid().who()).contains("coordinator");
  }

  @Test
  void namesWhoPublishedALastVersionThatIsNoModel() throws IOException {
    federation.openRound();
    for (SigningKey participant : federation.participants) {
      federation.store(federation.commit(participant, 10, 0.1f));
    }
    federation.closeCommits();
    Path noModel = Files.writeString(folder.resolve("no-model"), "no model at all");
    federation.publish(noModel, Decision.of(3, List.of(0, 1, 2), List.of()));
    federation.openRound();

    assertThat(invalid().why()).contains("the model of version 1 is none of this federation");
    assertThat(invalid().who()).contains(federation.aggregator.address().toString());
  }

  @Test
  void namesWhoPublishedALastVersionWithoutTheRulesState() throws IOException {
    publishWithoutState(Set.of());
    assertThat(invalid().why()).contains("fedavgm/1 takes a state, and version 1 has none");
    assertThat(invalid().who()).contains(federation.aggregator.address().toString());
  }

  @Test
  void namesNobodyForAStateWherePlansMayChangeTheRule() throws IOException {
    publishWithoutState(Set.of(PlanTerm.RULE));
    assertThat(invalid().why()).contains("fedavgm/1 takes a state, and version 1 has none");
    assertThat(invalid().who()).isEmpty();
  }

  /** The ledger lets the next round build on nothing else, whatever its coordinator wants. */
  private void publishWithoutState(Set<PlanTerm> planMayChange) throws IOException {
    PlanTerms agreed = federation.spec.plan();
    federation =
        new SmallFederation(
            fresh(),
            new PlanTerms(
                new FedAvgM(1, 0.5), agreed.training(), agreed.weightCap(), agreed.normBound()),
            planMayChange);
    federation.openRound();
    for (SigningKey participant : federation.participants) {
      federation.store(federation.commit(participant, 10, 0.1f));
    }
    federation.closeCommits();
    Path model = folder.resolve("stateless");
    federation.compute(model);
    federation.store(model);
    federation.publish(
        Blobs.id(model).digest(), Files.size(model), Decision.of(3, List.of(0, 1, 2), List.of()));
    federation.openRound();
  }

  private SmallFederation drawing(Sampling sampling) throws IOException {
    PlanTerms agreed = federation.spec.plan();
    return new SmallFederation(
        fresh(),
        new PlanTerms(
            agreed.rule(),
            agreed.training(),
            agreed.weightCap(),
            agreed.normBound(),
            sampling,
            agreed.schedule()));
  }

  private Path fresh() throws IOException {
    return Files.createTempDirectory(folder, "federation");
  }

  private OpeningBuilder opening() {
    byte[] plan = SpecJson.write(federation.plan());
    return OpeningBuilder.of(federation.opening(Digest.ofContent(plan), plan.length, 1_000));
  }

  private RoundPlan planned(PlanTerms terms) {
    return new RoundPlan(federation.state().created().spec(), terms);
  }

  private void open(RoundPlan plan, long cap) throws IOException {
    openWith(SpecJson.write(plan), cap);
  }

  private void openWith(byte[] plan, long cap) throws IOException {
    federation.put(plan);
    federation.openRound(Digest.ofContent(plan), plan.length, cap);
  }

  private RoundInputs load() throws IOException {
    try (BlobFiles.Use files = new BlobFiles(List.of(federation.store), folder).open()) {
      return RoundInputs.load(federation.state(), federation.round(), files);
    }
  }

  private RoundInputs.Ready ready() throws IOException {
    return (RoundInputs.Ready) load();
  }

  private RoundInputs.Invalid invalid() throws IOException {
    return (RoundInputs.Invalid) load();
  }

  private void damage(Digest digest) throws IOException {
    byte[] content = Files.readAllBytes(federation.stored(digest));
    content[content.length - 1] ^= 1;
    Files.write(federation.stored(digest), content);
  }
}
