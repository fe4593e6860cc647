package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.digest;
import static org.fedledger.ledger.LedgerStory.rejection;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** What is taken as a publication, and what it makes of a round. */
abstract class PublicationRules extends LedgerRules {

  @Test
  void shouldNameEveryCommittedUpdateAcceptedOrRejected() {
    LedgerStory story = begin(Cast.SMALL).committedBy(4);
    assertMismatch(story, List.of(0, 1, 2), List.of(), 7, 0);
    assertMismatch(story, List.of(0, 1, 2, 3), List.of(rejection(3, Reason.NORM)), 15, 8);
    Decision decision =
        Decision.of(
            4, List.of(0, 3), List.of(rejection(1, Reason.NORM), rejection(2, Reason.NONFINITE)));
    Publication p = story.model("version 1", decision);
    story.doAs(story.aggregator(0), story.publication(p, decision, story.aggregator(0)));

    assertThat(story.round().decided().orElseThrow().record().decision()).isEqualTo(decision);
  }

  private static void assertMismatch(
      LedgerStory story,
      List<Integer> accepted,
      List<Rejection> rejected,
      long acceptedWord,
      long rejectedWord) {
    refusesModel(
        story,
        Decision.of(4, accepted, rejected),
        "DecisionsMismatch",
        0,
        acceptedWord,
        rejectedWord,
        15);
  }

  @Test
  void shouldRefuseDecisionsOfAnotherForm() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    refusesModel(story, Decision.of(257, List.of(0, 1), List.of()), "WrongWordCount", 2, 1);
    refusesModel(story, new Decision(List.of(), List.of()), "WrongWordCount", 0, 1);
    refusesModel(
        story,
        Decision.of(300, List.of(0, 1), List.of(rejection(256, Reason.NORM))),
        "WrongWordCount",
        2,
        1);
    refusesModel(
        story,
        new Decision(List.of(BigInteger.valueOf(3)), List.of(rejection(256, Reason.NORM))),
        "IndexOutOfRange",
        256,
        256);
    refusesModel(
        story,
        new Decision(List.of(BigInteger.valueOf(7)), List.of()),
        "DecisionsMismatch",
        0,
        7,
        0,
        3);

    Decision decision = story.decision();
    Publication p = story.model("version 1", Decision.of(2, List.of(0), List.of()));
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, story.aggregator(0)),
        "WrongAcceptedDigest",
        p.acceptedDigest(),
        decision.digest());
  }

  @Test
  void shouldTakeNoOtherDigestForAReason() {
    LedgerStory story = begin(Cast.SMALL).committedBy(3);
    refusesModel(
        story,
        story.decision(rejection(1, Reason.DIGEST)),
        "InvalidReason",
        1,
        Reason.DIGEST.code());
    story.publish(0, "version 1", rejection(1, Reason.SIZE));
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldCallNoUpdateMissingBeforeTheRevealDeadline() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().committedBy(3);
    long reveal = story.round().revealDeadline().orElseThrow();
    Decision decision = story.decision(rejection(1, Reason.MISSING));
    story.world().moveTo(reveal);
    refusesModel(story, decision, "MissingBeforeReveal", 1, reveal, reveal);
    story.world().moveTo(reveal + 1);
    story.publish(0, "version 1", rejection(1, Reason.MISSING));

    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldPublishUntilTheDeadlineAndNoLonger() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().committedBy(2);
    RoundId id = story.round().id();
    long deadline = story.round().publicationDeadline().orElseThrow();
    story.world().moveTo(deadline);
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(id, AbortReason.DEADLINE),
        "DeadlineNotPassed",
        deadline,
        deadline);
    story.world().moveTo(deadline + 1);
    refusesModel(story, story.decision(), "DeadlinePassed", deadline, deadline + 1);
    story.doAs(ANYBODY, new LedgerAction.AbortRound(id, AbortReason.DEADLINE));

    assertThat(story.round().abortReason()).contains(AbortReason.DEADLINE);
    assertThat(story.state().openRound()).isEmpty();
  }

  @Test
  void shouldTakePublicationsOfAggregatorsOnly() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    Decision decision = story.decision();
    Publication p = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, ANYBODY),
        "NotAggregatorOfRound",
        ANYBODY.address(),
        1);
    Publication second =
        new Publication(p.roundId(), 2, p.model(), 1, p.state(), 1, p.acceptedDigest());
    story.refuses(
        story.aggregator(0),
        story.publication(second, decision, story.aggregator(0)),
        "WrongAttempt",
        2,
        1);
  }

  @Test
  void shouldRefuseResultsThatAreNone() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    Digest model = digest("model");
    Digest state = digest("state");
    assertInvalidResult(story, model, 0, state, 1);
    assertInvalidResult(story, model, 1, state, 0);
    assertInvalidResult(story, model, 1, Digest.NONE, 1);
    assertInvalidResult(story, Digest.NONE, 1, Digest.NONE, 0);
    assertInvalidResult(story, Digest.NONE, 0, state, 1);
  }

  private static void assertInvalidResult(
      LedgerStory story, Digest model, long modelSize, Digest state, long stateSize) {
    Decision decision = story.decision();
    Publication p =
        new Publication(
            story.round().id(), 1, model, modelSize, state, stateSize, decision.digest());
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, story.aggregator(0)),
        "InvalidResult",
        model,
        modelSize,
        state,
        stateSize);
  }

  @Test
  void shouldMakeNoVersionOfTooFewUpdates() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    refusesModel(story, story.decision(rejection(0, Reason.NORM)), "TooFewAccepted", 1, 2);
  }

  @Test
  void shouldAbortByAProposalWithTooFewAccepted() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    story.propose(0, rejection(0, Reason.NORM));

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
    assertThat(story.round().decided().orElseThrow().proposesAbort()).isTrue();
    assertThat(story.state().head().version()).isZero();
  }

  @Test
  void shouldAbortByAProposalWithEnoughAcceptedAsNotFinite() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    story.propose(0);

    assertThat(story.round().abortReason()).contains(AbortReason.NO_AGGREGATE);
  }

  @Test
  void shouldAbortByAProposalOnlyOnceItIsAttested() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.propose(0, rejection(1, Reason.ENCODING));
    story.attest(p, 0, Finding.MATCH);
    assertThat(story.round().phase()).isEqualTo(Round.Phase.ATTESTING);
    story.attest(p, 1, Finding.MATCH);

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
    assertThat(story.round().decided()).isPresent();
  }
}
