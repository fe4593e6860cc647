package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COMMIT_SECONDS;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.REVEAL_SECONDS;
import static org.fedledger.ledger.LedgerStory.participant;
import static org.fedledger.ledger.LedgerStory.rejection;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** How a round of several stages goes on from one to the next. */
abstract class StageRules extends LedgerRules {

  private static final int SECOND_SECONDS = 20;
  private static final int THIRD_SECONDS = 15;

  /** Three stages; in the second three must commit, in the third two. */
  private static RoundOpening threeStages(LedgerStory story) {
    return OpeningBuilder.of(story.opening())
        .stages(new StageTerms(SECOND_SECONDS, 3), new StageTerms(THIRD_SECONDS, 2))
        .build();
  }

  @Test
  void shouldGoThroughItsStagesInTurn() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(4);
    RoundId id = story.open(threeStages(story));
    story.commit(0, 1, 2, 3);
    assertThat(story.round().stage()).isZero();
    assertThat(story.round().complete()).isTrue();
    story.closeCommits();

    assertThat(story.round().stage()).isEqualTo(1);
    assertThat(story.round().phase()).isEqualTo(Round.Phase.COMMITTING);
    assertThat(story.round().commitments()).isEmpty();
    assertThat(story.round().commitments(0)).hasSize(4);
    assertThat(story.round().commitDeadline()).isEqualTo(story.world().now() + SECOND_SECONDS);
    story.commit(3, 1, 0, 2).closeCommits();
    story.commit(0, 1, 2, 3).closeCommits();

    assertThat(story.round().stage()).isEqualTo(2);
    assertThat(story.round().phase()).isEqualTo(Round.Phase.PUBLISHING);
    assertThat(story.events(LedgerEvent.CommitsClosed.class))
        .containsExactly(
            new LedgerEvent.CommitsClosed(id, 0, 4, story.world().now() + SECOND_SECONDS),
            new LedgerEvent.CommitsClosed(id, 1, 4, story.world().now() + THIRD_SECONDS),
            new LedgerEvent.CommitsClosed(id, 2, 4, story.world().now() + REVEAL_SECONDS));
    story.publish(0, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldTakeInALaterStageWhoCommittedInTheOneBefore() {
    LedgerStory story = begin(Cast.SMALL).admit(4);
    RoundId id = story.open(threeStages(story));
    story.commit(0, 1, 2);
    story.world().moveTo(story.round().commitDeadline() + 1);
    story.closeCommits();
    story.refuses(
        participant(3),
        story.commitment(story.update(3), participant(3)),
        "NotInEarlierStage",
        participant(3).address(),
        1);
    story.refuses(
        participant(7),
        story.commitment(story.update(7), participant(7)),
        "NotMemberOfRound",
        participant(7).address(),
        1);
    assertThat(story.round().mayCommit(participant(2).address())).isTrue();
    assertThat(story.round().mayCommit(participant(3).address())).isFalse();
    UpdateCommitment once = story.update(0);
    story.commit(0);
    story.refuses(
        participant(0),
        story.commitment(once, participant(0)),
        "AlreadyCommitted",
        participant(0).address(),
        id);
    story.commit(1, 2).closeCommits();
    story.commit(0, 1, 2);
  }

  @Test
  void shouldTakeCommitmentsOfThePresentStageOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(3);
    story.open(threeStages(story));
    UpdateCommitment first = story.update(0);
    refusesStage(story, first, 1, 0);
    story.commit(0, 1, 2).closeCommits();
    refusesStage(story, story.update(0), 0, 1);
    refusesStage(story, story.update(0), 2, 1);
  }

  private static void refusesStage(LedgerStory story, UpdateCommitment u, int given, int present) {
    UpdateCommitment other =
        new UpdateCommitment(
            u.roundId(), given, u.participant(), u.digest(), u.size(), u.weight(), u.privacyCost());
    story.refuses(
        participant(0), story.commitment(other, participant(0)), "WrongStage", given, present);
  }

  @Test
  void shouldCloseAStageWhenAllCommittedOrItsTimeIsOver() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(4);
    RoundId id = story.open(threeStages(story));
    story.commit(0, 1, 2, 3).closeCommits();
    long deadline = story.round().commitDeadline();
    story.commit(0, 1, 2);
    story.world().moveTo(deadline);
    story.refuses(
        ANYBODY, new LedgerAction.CloseCommits(id), "DeadlineNotPassed", deadline, deadline);
    LedgerAction late = story.commitment(story.update(3), participant(3));
    story.world().moveTo(deadline + 1);
    story.refuses(participant(3), late, "DeadlinePassed", deadline, deadline + 1);
    story.closeCommits();
    assertThat(story.round().commitDeadline()).isEqualTo(deadline + 1 + THIRD_SECONDS);
    story.commit(2, 1, 0).closeCommits();
    assertThat(story.round().revealDeadline()).contains(deadline + 1 + REVEAL_SECONDS);
  }

  @Test
  void shouldAbortARoundInWhichTooFewStayed() {
    LedgerStory story = begin(Cast.SMALL).admit(4);
    story.open(threeStages(story));
    story.commit(0, 1, 2, 3).closeCommits();
    story.commit(0, 1);
    story.world().moveTo(story.round().commitDeadline() + 1);
    story.closeCommits();

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    assertThat(story.round().stage()).isEqualTo(1);
    assertThat(story.round().commitments())
        .containsOnlyKeys(participant(0).address(), participant(1).address());
    assertThat(story.state().openRound()).isEmpty();
  }

  @Test
  void shouldAbortARoundThatTooFewBegan() {
    LedgerStory story = begin(Cast.SMALL).admit(4);
    story.open(threeStages(story));
    story.commit(0);
    story.world().moveTo(story.world().now() + COMMIT_SECONDS + 1);
    story.closeCommits();

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    assertThat(story.round().stage()).isZero();
  }

  @Test
  void shouldDecideAboutTheCommitmentsOfTheLastStage() {
    LedgerStory story = begin(Cast.SMALL).admit(4);
    story.open(threeStages(story));
    story.commit(0, 1, 2, 3).closeCommits();
    story.commit(0, 1, 2, 3).closeCommits();
    story.commit(0, 2, 3);
    story.world().moveTo(story.round().commitDeadline() + 1);
    story.closeCommits();
    refusesModel(
        story, Decision.of(4, List.of(0, 1, 2, 3), List.of()), "DecisionsMismatch", 0, 15, 0, 13);
    story.publish(0, "version 1", rejection(2, Reason.NORM));

    assertThat(story.round().decided().orElseThrow().record().decision().acceptedIndexes())
        .containsExactly(0, 3);
  }

  @Test
  void shouldChargePrivacyInEveryStage() {
    LedgerStory story = begin(Cast.SMALL).admit(1);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 100));
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(2).address(), -1));
    story.open(threeStages(story));
    story.doAs(participant(1), story.commitment(story.update(1, 60), participant(1)));
    story.commit(0, 2).closeCommits();
    story.refuses(
        participant(1),
        story.commitment(story.update(1, 41), participant(1)),
        "BudgetExceeded",
        participant(1).address(),
        60,
        41,
        100);
    story.doAs(participant(1), story.commitment(story.update(1, 40), participant(1)));

    assertThat(story.state().participants().get(participant(1).address()).privacySpent())
        .isEqualTo(100);
  }

  @Test
  void shouldLetTheCoordinatorAbortInTheFirstStageOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(3);
    RoundId id = story.open(threeStages(story));
    story.commit(0, 1, 2).closeCommits();
    story.refuses(
        COORDINATOR,
        new LedgerAction.AbortRound(id, AbortReason.COORDINATOR),
        "InvalidAbortReason",
        AbortReason.COORDINATOR.code(),
        COMMITTING);
  }

  @Test
  void shouldRefuseStagesThatAreNone() {
    LedgerStory story = begin(Cast.SMALL).admit(3);
    BigInteger tooMany = BigInteger.ONE.shiftLeft(48 * StageTerms.MAX);
    BigInteger noThreshold = BigInteger.valueOf(5L << 16);
    BigInteger noTime = BigInteger.valueOf(2);
    BigInteger gap = StageTerms.pack(List.of(new StageTerms(5, 2))).shiftLeft(48);
    BigInteger outOfReach = StageTerms.pack(List.of(new StageTerms(5, 4)));
    for (BigInteger packed : List.of(tooMany, noThreshold, noTime, gap, outOfReach)) {
      story.refuses(
          COORDINATOR,
          new LedgerAction.OpenRound(
              OpeningBuilder.of(story.opening()).packedStages(packed).build()),
          "InvalidStages",
          packed);
    }
    StageTerms stage = new StageTerms(5, 3);
    story.open(
        OpeningBuilder.of(story.opening()).stages(stage, stage, stage, stage, stage).build());
    assertThat(story.round().opening().stages()).isEqualTo(6);
  }
}
