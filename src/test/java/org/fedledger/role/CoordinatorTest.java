package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.signing.Draw;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.Sampling;
import org.fedledger.spec.Schedule;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorTest {

  private static final RoundWindows WINDOWS =
      RoundWindows.ofSteps(Duration.ofSeconds(100), Duration.ofSeconds(50), 4);

  @TempDir Path folder;
  private SmallFederation federation;
  private final List<Digest> sent = new ArrayList<>();
  private boolean nodeIsAway;
  private OptionalInt suspendAfter = OptionalInt.empty();
  private List<Replica> replicas = List.of(this::send);

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  private Coordinator coordinator(long lastRound) {
    return coordinator(federation.coordinator, federation.plan(), lastRound);
  }

  private Coordinator coordinator(SigningKey key, RoundPlan plan, long lastRound) {
    return new Coordinator(
        federation.chain.as(key.address()),
        key.address(),
        plan,
        WINDOWS,
        lastRound,
        suspendAfter,
        federation.store,
        replicas,
        Concurrency.NONE);
  }

  private Replica.Answer send(BlobId blob, BlobSource from) {
    if (nodeIsAway) {
      return new Replica.Answer.NotKept("the node is away");
    }
    sent.add(blob.digest());
    return new Replica.Answer.Kept();
  }

  @Test
  void opensARoundAsThePlanAndTheWindowsSay() throws IOException {
    FederationState before = federation.state();
    untilIdle(coordinator(1));
    RoundOpening opening = federation.round().opening();
    byte[] plan = SpecJson.write(federation.plan());
    assertThat(opening.plan()).isEqualTo(Digest.ofContent(plan));
    assertThat(opening.planSize()).isEqualTo(plan.length);
    assertThat(opening.commitDeadline()).isEqualTo(before.at().timestamp() + 100);
    assertThat(opening.revealSeconds()).isEqualTo(50);
    assertThat(opening.publicationSeconds()).isEqualTo(50);
    assertThat(opening.attestationSeconds()).isEqualTo(50);
    assertThat(opening.attempts()).isEqualTo(4);
    assertThat(opening.baseModel()).isEqualTo(before.head().model());
    assertThat(opening.draw()).isEqualTo(Draw.everybody(3));
    assertThat(opening.weightCap()).isEqualTo(federation.spec.plan().weightCap());
  }

  /** A federation of the usual terms, but for these. */
  private void plan(Sampling draw, Schedule schedule) throws IOException {
    PlanTerms usual = federation.spec.plan();
    federation =
        new SmallFederation(
            Files.createTempDirectory(folder, "planned"),
            new PlanTerms(
                usual.rule(),
                usual.training(),
                usual.weightCap(),
                usual.normBound(),
                draw,
                schedule));
  }

  @Test
  void keepsTheStagesAndWindowsAndTheDrawThatThePlanFixes() throws IOException {
    plan(
        new Sampling.Count(2),
        new Schedule(
            List.of(new Schedule.LaterStage(30, 2)),
            Optional.of(new Schedule.Windows(11, 12, 13, 5))));
    untilIdle(coordinator(1));
    RoundOpening opening = federation.round().opening();
    assertThat(opening.later()).containsExactly(new StageTerms(30, 2));
    assertThat(opening.revealSeconds()).isEqualTo(11);
    assertThat(opening.publicationSeconds()).isEqualTo(12);
    assertThat(opening.attestationSeconds()).isEqualTo(13);
    assertThat(opening.attempts()).isEqualTo(5);
    assertThat(opening.drawn()).isEqualTo(2);
    assertThat(federation.round().drawn()).hasSize(2);
  }

  @Test
  void opensARoundThoughTheShareByItselfWouldDrawNobody() throws IOException {
    plan(new Sampling.Share(1e-9), federation.spec.plan().schedule());
    untilIdle(coordinator(1));
    assertThat(federation.round().drawn()).hasSize(federation.state().created().quorum());
  }

  @Test
  void buildsOnTheVersionThatGovernanceApproved() throws IOException {
    federation.playRound();
    federation.playRound();
    ModelVersion second = federation.state().head();
    federation.playRound();
    federation.govern(
        GovernanceKind.BUILD_ON, Address.of("0x" + "00".repeat(20)), BigInteger.TWO, List.of());
    untilIdle(coordinator(4));
    RoundOpening opening = federation.round().opening();
    assertThat(opening.baseVersion()).isEqualTo(2);
    assertThat(opening.baseModel()).isEqualTo(second.model());
    assertThat(federation.round().version()).isEqualTo(4);
  }

  @Test
  void sendsWhatTheLedgerNamesToEveryNodeOnce() throws IOException {
    Coordinator coordinator = coordinator(1);
    untilIdle(coordinator);
    assertThat(sent)
        .containsExactly(
            federation.state().created().spec(),
            federation.state().created().model(),
            federation.round().opening().plan());
  }

  /** Else one node alone could see to it that there are no more rounds. */
  @Test
  void opensRoundsThoughOneOfItsNodesTakesNothing() throws IOException {
    replicas = List.of((_, _) -> new Replica.Answer.NotKept("never"), this::send);
    Coordinator coordinator = coordinator(2);
    assertThat(untilIdle(coordinator)).contains("in vain: never");
    assertThat(federation.round().number()).isEqualTo(1);
    abort();
    assertThat(untilIdle(coordinator)).contains("in vain: never");
    assertThat(federation.round().number()).isEqualTo(2);
    assertThat(sent).contains(federation.round().opening().plan());
    assertThat(coordinator.isDone(federation.state())).isFalse();
  }

  @Test
  void isDoneWhenTheLastRoundIsOpenAndItsPlanIsSent() throws IOException {
    Coordinator coordinator = coordinator(1);
    nodeIsAway = true;
    assertThat(untilIdle(coordinator)).contains("in vain");
    assertThat(coordinator.isDone(federation.state())).isFalse();
    nodeIsAway = false;
    untilIdle(coordinator);
    assertThat(coordinator.isDone(federation.state())).isTrue();
  }

  /** Else whoever asked for rounds never hears what they came to. */
  @Test
  void isDoneWhenTheLastRoundIsOverThoughANodeIsAwayForGood() throws IOException {
    replicas = List.of((_, _) -> new Replica.Answer.NotKept("away"), this::send);
    Coordinator coordinator = coordinator(1);
    untilIdle(coordinator);
    assertThat(coordinator.isDone(federation.state())).isFalse();
    abort();
    assertThat(coordinator.isDone(federation.state())).isTrue();
  }

  @Test
  void opensTheNextRoundWhenOneHasEndedUntilTheLast() throws IOException {
    Coordinator coordinator = coordinator(2);
    assertThat(untilIdle(coordinator)).contains("under way");
    abort();
    untilIdle(coordinator);
    assertThat(federation.round().number()).isEqualTo(2);
    abort();
    assertThat(untilIdle(coordinator)).contains("the last");
    assertThat(federation.round().number()).isEqualTo(2);
  }

  @Test
  void opensOneRoundThoughItForgotThatItDid() throws IOException {
    FederationState before = federation.state();
    Coordinator first = coordinator(1);
    first.step(before);
    assertThat(first.step(before)).isInstanceOf(Step.Submitted.class);
    Coordinator second = coordinator(1);
    second.step(before);
    assertThat(second.step(before)).isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void leavesRoundsToTheCoordinatorInOffice() throws IOException {
    Coordinator stranger = coordinator(SmallFederation.key(90), federation.plan(), 1);
    assertThat(untilIdle(stranger)).contains(federation.coordinator.address().toString());
  }

  @Test
  void opensNothingWithThePlanOfAnotherSpec() throws IOException {
    PlanTerms terms = federation.plan().terms();
    Digest other = Digest.ofContent(new byte[] {9});
    Coordinator coordinator = coordinator(federation.coordinator, new RoundPlan(other, terms), 1);
    assertThat(untilIdle(coordinator)).contains("another spec");
  }

  @Test
  void waitsForMembers() throws IOException {
    for (SigningKey participant : federation.participants.subList(0, 2)) {
      federation.submit(federation.coordinator, new LedgerAction.Suspend(participant.address()));
    }
    assertThat(untilIdle(coordinator(1))).contains("1 members").contains("quorum is 2");
  }

  @Test
  void suspendsWhoMissedAsManyRoundsInARowAsTheSpecSuffers() throws IOException {
    suspendAfter = OptionalInt.of(2);
    Coordinator coordinator = coordinator(4);
    SigningKey dead = federation.participants.getLast();
    for (int i = 0; i < 2; i++) {
      untilIdle(coordinator);
      assertThat(federation.round().drawn()).contains(dead.address());
      playRoundWithout(dead);
    }
    assertThat(missed(dead)).isEqualTo(2);

    untilIdle(coordinator);

    assertThat(federation.round().number()).isEqualTo(3);
    assertThat(federation.round().drawn())
        .containsExactlyInAnyOrder(
            federation.participants.get(0).address(), federation.participants.get(1).address());
    assertThat(federation.round().opening().drawn()).as("nobody waits for it").isEqualTo(2);

    playRoundWithout(dead);
    federation.submit(federation.coordinator, new LedgerAction.Admit(dead.address(), -1L));
    assertThat(missed(dead)).as("it begins anew").isZero();
    untilIdle(coordinator);
    assertThat(federation.round().drawn()).contains(dead.address());
  }

  @Test
  void suspendsNobodyWhoCameBackInBetween() throws IOException {
    suspendAfter = OptionalInt.of(2);
    Coordinator coordinator = coordinator(4);
    SigningKey seldom = federation.participants.getLast();
    untilIdle(coordinator);
    playRoundWithout(seldom);
    untilIdle(coordinator);
    playRoundWithout(federation.participants.getFirst());
    assertThat(missed(seldom)).isZero();
    untilIdle(coordinator);
    playRoundWithout(seldom);
    untilIdle(coordinator);
    assertThat(federation.round().drawn()).hasSize(3);
  }

  @Test
  void suspendsNoneOfThoseWithoutWhomThereIsNoRound() throws IOException {
    suspendAfter = OptionalInt.of(1);
    Coordinator coordinator = coordinator(3);
    for (int i = 0; i < 3; i++) {
      untilIdle(coordinator);
      federation.commit(federation.participants.getFirst(), 10, 0.5f);
      federation.passSeconds(101);
      federation.closeCommits();
    }
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    assertThat(federation.round().drawn()).hasSize(federation.state().created().quorum());
  }

  /** As when the one node was away that has the version to build on. */
  @Test
  void suspendsNobodyForARoundInWhichNobodyCommitted() throws IOException {
    suspendAfter = OptionalInt.of(1);
    Coordinator coordinator = coordinator(2);
    untilIdle(coordinator);
    federation.passSeconds(101);
    federation.closeCommits();
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    assertThat(missed(federation.participants.getFirst())).isZero();
    untilIdle(coordinator);
    assertThat(federation.round().number()).isEqualTo(2);
    assertThat(federation.round().drawn()).hasSize(3);
  }

  private long missed(SigningKey participant) {
    return federation.state().participants().get(participant.address()).missed();
  }

  private void playRoundWithout(SigningKey absent) throws IOException {
    for (SigningKey participant : federation.participants) {
      if (participant != absent && federation.round().drawn().contains(participant.address())) {
        federation.commit(participant, 10, 0.5f);
      }
    }
    federation.passSeconds(101);
    federation.closeCommits();
    federation.passSeconds(101);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.DEADLINE));
  }

  private void abort() {
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.COORDINATOR));
  }

  /** Steps until there is nothing to do, and says why. */
  private String untilIdle(Coordinator coordinator) throws IOException {
    for (int i = 0; i < 10; i++) {
      if (coordinator.step(federation.state()) instanceof Step.Idle(String why)) {
        return why;
      }
    }
    throw new AssertionError("still at work after ten steps");
  }
}
