package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COMMIT_SECONDS;
import static org.fedledger.ledger.LedgerStory.PUBLICATION_SECONDS;
import static org.fedledger.ledger.LedgerStory.REVEAL_SECONDS;
import static org.fedledger.ledger.LedgerStory.WEIGHT_CAP;
import static org.fedledger.ledger.LedgerStory.digest;
import static org.fedledger.ledger.LedgerStory.participant;

import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** What is taken as a commitment, from whom and until when. */
abstract class CommitmentRules extends LedgerRules {

  // Commitments.

  @Test
  void shouldTakeACommitmentFromWhoeverSendsIt() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.doAs(ANYBODY, story.commitment(story.update(0), participant(0)));

    assertThat(story.round().commitments()).containsOnlyKeys(participant(0).address());
  }

  @Test
  void shouldTakeOneCommitmentOfEachMemberOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    UpdateCommitment update = story.update(0);
    story.commit(0);

    story.refuses(
        participant(0),
        story.commitment(update, participant(0)),
        "AlreadyCommitted",
        participant(0).address(),
        id);
    UpdateCommitment foreign = story.update(7);
    story.refuses(
        participant(7),
        story.commitment(foreign, participant(7)),
        "NotMemberOfRound",
        participant(7).address(),
        1);
  }

  @Test
  void shouldTakeProperCommitmentsOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment u = story.update(0);
    refusesUpdate(story, of(u, u.roundId(), u.digest(), 1, 0), "InvalidWeight", 0, WEIGHT_CAP);
    refusesUpdate(
        story,
        of(u, u.roundId(), u.digest(), 1, WEIGHT_CAP + 1),
        "InvalidWeight",
        WEIGHT_CAP + 1,
        WEIGHT_CAP);
    refusesUpdate(
        story,
        of(u, u.roundId(), u.digest(), 1, -1),
        "InvalidWeight",
        "18446744073709551615",
        WEIGHT_CAP);
    refusesUpdate(story, of(u, u.roundId(), Digest.NONE, 1, 1), "ZeroDigest");
    refusesUpdate(story, of(u, u.roundId(), u.digest(), 0, 1), "ZeroSize");
    RoundId other = new RoundId(digest("no round").bytes());
    refusesUpdate(story, of(u, other, u.digest(), 1, 1), "UnknownRound", other);
    story.doAs(
        participant(0),
        story.commitment(of(u, u.roundId(), u.digest(), 1, WEIGHT_CAP), participant(0)));
  }

  private static UpdateCommitment of(
      UpdateCommitment u, RoundId round, Digest digest, long size, long weight) {
    return new UpdateCommitment(round, u.stage(), u.participant(), digest, size, weight, 0);
  }

  private static void refusesUpdate(
      LedgerStory story, UpdateCommitment update, String error, Object... values) {
    story.refuses(participant(0), story.commitment(update, participant(0)), error, values);
  }

  @Test
  void shouldRefuseASignatureOfAnotherKeyOrForAnotherCommitment() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment update = story.update(0);
    story.refuses(
        participant(0),
        story.commitment(update, participant(1)),
        "WrongSigner",
        participant(1).address(),
        participant(0).address());

    LedgerAction.Commit mine = story.commitment(update, participant(0));
    UpdateCommitment changed =
        of(update, update.roundId(), digest("changed"), update.size(), update.weight());
    Outcome outcome =
        story.tryAs(participant(0), new LedgerAction.Commit(changed, mine.signature()));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(((Outcome.Refused) outcome).error()).isEqualTo("WrongSigner");
  }

  @Test
  void shouldTakeCommitmentsUntilTheirDeadlineAndNoLonger() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(3);
    RoundId id = story.open();
    long deadline = story.world().now() + COMMIT_SECONDS;
    assertThat(story.round().opening().commitDeadline()).isEqualTo(deadline);
    story.world().moveTo(deadline);
    story.commit(0, 1);
    story.refuses(
        ANYBODY, new LedgerAction.CloseCommits(id), "DeadlineNotPassed", deadline, deadline);
    LedgerAction late = story.commitment(story.update(2), participant(2));
    story.world().moveTo(deadline + 1);
    story.refuses(participant(2), late, "DeadlinePassed", deadline, deadline + 1);
    story.closeCommits();
    story.refuses(participant(2), late, "WrongPhase", id, PUBLISHING, COMMITTING);
  }

  @Test
  void shouldCloseCommitsOnceAllHaveCommitted() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().committedBy(2);

    LedgerEvent.CommitsClosed closed = story.events(LedgerEvent.CommitsClosed.class).getFirst();
    assertThat(closed.committed()).isEqualTo(2);
    assertThat(closed.deadline()).isEqualTo(story.world().now() + REVEAL_SECONDS);
    assertThat(story.round().publicationDeadline())
        .contains(closed.deadline() + PUBLICATION_SECONDS);
    story.refuses(
        ANYBODY,
        new LedgerAction.CloseCommits(closed.roundId()),
        "WrongPhase",
        closed.roundId(),
        PUBLISHING,
        COMMITTING);
  }

  @Test
  void shouldAbortARoundWithTooFewCommitments() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.commit(0);
    story.world().moveTo(story.world().now() + COMMIT_SECONDS + 1);
    story.closeCommits();

    assertThat(story.round().phase()).isEqualTo(Round.Phase.ABORTED);
    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    story.open();
    assertThat(story.round().opening().baseVersion()).isZero();
  }

  // Signatures of another place.

  @Test
  void shouldRefuseWhatWasSignedForAnotherContract() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment update = story.update(0);
    var elsewhere = new SigningDomain(story.reader().domain().chainId(), ANYBODY.address());
    Outcome outcome =
        story.tryAs(
            participant(0),
            new LedgerAction.Commit(update, elsewhere.sign(update, participant(0))));

    assertThat(((Outcome.Refused) outcome).error()).isEqualTo("WrongSigner");
  }
}
