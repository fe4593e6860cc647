package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.ATTESTATION_SECONDS;
import static org.fedledger.ledger.LedgerStory.PUBLICATION_SECONDS;
import static org.fedledger.ledger.LedgerStory.digest;

import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** How verifiers make a publication final or fail, and what follows. */
abstract class AttestationRules extends LedgerRules {

  @Test
  void shouldBeFinalAtTheThresholdDespiteALoneDifferingVerifier() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, Finding.DIFFER).attest(p, 1, Finding.MATCH);
    assertThat(story.state().head().version()).isZero();
    assertThat(story.round().pending().orElseThrow().matching())
        .containsExactly(story.verifier(1).address());
    story.attest(p, 2, Finding.MATCH);

    assertThat(story.state().head().version()).isEqualTo(1);
    Candidate decided = story.round().decided().orElseThrow();
    assertThat(decided.differing()).containsExactly(story.verifier(0).address());
    assertThat(decided.matching())
        .containsExactly(story.verifier(1).address(), story.verifier(2).address());
  }

  @Test
  void shouldFailWhenTooManyDifferAndGoOnWithAnotherAggregator() {
    LedgerStory story = begin(Cast.VERIFIED).atStandingTime().committedBy(2);
    story.world().moveTo(story.round().revealDeadline().orElseThrow() + 5);
    Publication first = story.publish(0, "a false version 1");
    story.world().moveTo(story.world().now() + 7);
    story.attest(first, 0, Finding.DIFFER).attest(first, 1, Finding.DIFFER);

    Candidate failed = story.round().candidates().getFirst();
    assertThat(failed.status()).isEqualTo(Candidate.Status.FAILED);
    assertThat(failed.failure()).contains(FailureReason.DISPUTED);
    assertThat(story.round().publicationDeadline())
        .contains(story.world().now() + PUBLICATION_SECONDS);

    Decision decision = story.decision();
    Publication again = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0),
        story.publication(again, decision, story.aggregator(0)),
        "AlreadyPublished",
        story.aggregator(0).address(),
        story.round().id());
    story.finish(1, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
    assertThat(story.state().head().model()).isEqualTo(digest("version 1"));
    assertThat(story.round().candidates()).hasSize(2);
    assertThat(story.events(LedgerEvent.VersionFinal.class).getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void shouldCountAFailureBeforeTheRevealDeadlineFromThatDeadline() {
    LedgerStory story = begin(Cast.VERIFIED).atStandingTime().committedBy(2);
    long reveal = story.round().revealDeadline().orElseThrow();
    Publication p = story.publish(0, "a false version 1");
    story.attest(p, 0, Finding.DIFFER).attest(p, 1, Finding.DIFFER);

    assertThat(story.round().publicationDeadline()).contains(reveal + PUBLICATION_SECONDS);
    story.world().moveTo(reveal + PUBLICATION_SECONDS);
    story.publish(1, "version 1");
  }

  @Test
  void shouldFailAPublicationThatTooFewAttestedInTime() {
    LedgerStory story = begin(Cast.VERIFIED).atStandingTime().committedBy(2);
    RoundId id = story.round().id();
    Publication p = story.publish(0, "version 1");
    long deadline = story.world().now() + ATTESTATION_SECONDS;
    assertThat(story.round().pending().orElseThrow().attestationDeadline()).isEqualTo(deadline);
    story.world().moveTo(deadline);
    story.attest(p, 0, Finding.MATCH);
    story.refuses(
        ANYBODY, new LedgerAction.ExpirePublication(id), "DeadlineNotPassed", deadline, deadline);
    LedgerAction late = story.attestation(p, story.verifier(1), Finding.MATCH);
    story.world().moveTo(deadline + 1);
    story.refuses(story.verifier(1), late, "DeadlinePassed", deadline, deadline + 1);
    story.doAs(ANYBODY, new LedgerAction.ExpirePublication(id));

    assertThat(story.round().candidates().getFirst().failure()).contains(FailureReason.DEADLINE);
    story.refuses(story.verifier(1), late, "WrongPhase", id, PUBLISHING, ATTESTING);
    story.finish(2, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldEndARoundWhoseAttemptsAllFailed() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    for (int i = 0; i < 3; i++) {
      Publication p = story.publish(i, "false " + i);
      story.attest(p, 0, Finding.DIFFER).attest(p, 1, Finding.DIFFER);
    }
    RoundId id = story.round().id();
    assertThat(story.round().exhausted()).isTrue();
    refusesModel(story, story.decision(), "NoAttemptLeft", 3);
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(id, AbortReason.DEADLINE),
        "InvalidAbortReason",
        AbortReason.DEADLINE.code(),
        PUBLISHING);
    story.doAs(ANYBODY, new LedgerAction.AbortRound(id, AbortReason.ATTEMPTS_EXHAUSTED));

    assertThat(story.round().abortReason()).contains(AbortReason.ATTEMPTS_EXHAUSTED);
    assertThat(story.state().head().version()).isZero();
    story.open();
    story.commit(0, 1).closeCommits().finish(0, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldTakeOneAttestationOfEachVerifierOnly() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, Finding.MATCH);

    story.refuses(
        ANYBODY,
        story.attestation(p, story.verifier(0), Finding.DIFFER),
        "AlreadyAttested",
        story.verifier(0).address(),
        p.id());
    story.refuses(
        ANYBODY,
        story.attestation(p, ANYBODY, Finding.MATCH),
        "NotVerifierOfRound",
        ANYBODY.address(),
        1);
    LedgerAction.Attest foreign = story.attestation(p, story.verifier(1), Finding.MATCH);
    story.refuses(
        ANYBODY,
        new LedgerAction.Attest(
            foreign.attestation(), story.verifier(2).address(), foreign.signature()),
        "WrongSigner",
        story.verifier(1).address(),
        story.verifier(2).address());
  }

  @Test
  void shouldTakeAttestationsToThePendingPublicationOnly() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    Publication other =
        new Publication(p.roundId(), 1, digest("other"), 1, p.state(), 1, p.acceptedDigest());
    story.refuses(
        story.verifier(0),
        story.attestation(other, story.verifier(0), Finding.MATCH),
        "UnknownPublication",
        other.id(),
        p.id());
    var claim = Attestation.match(p.id(), digest("other"), p.state());
    story.refuses(
        story.verifier(0),
        new LedgerAction.Attest(
            claim,
            story.verifier(0).address(),
            story.reader().domain().sign(claim, story.verifier(0))),
        "MatchOfOtherResult",
        claim.model(),
        claim.state());
    story.attest(p, 0, Finding.MATCH).attest(p, 1, Finding.MATCH);
    story.refuses(
        story.verifier(2),
        story.attestation(p, story.verifier(2), Finding.MATCH),
        "WrongPhase",
        p.roundId(),
        FINAL,
        ATTESTING);
  }

  @Test
  void shouldTakeNoAttestationBeforeTheFirstRound() {
    LedgerStory story = begin(Cast.VERIFIED);
    var claim =
        Attestation.match(new PublicationId(digest("none").bytes()), digest("m"), digest("s"));
    story.refuses(
        story.verifier(0),
        new LedgerAction.Attest(
            claim,
            story.verifier(0).address(),
            story.reader().domain().sign(claim, story.verifier(0))),
        "UnknownRound",
        new RoundId(new byte[RoundId.LENGTH]));
  }

  @Test
  void shouldAbortNoRoundThatHasAnAttemptLeft() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "a false version 1");
    story.attest(p, 0, Finding.DIFFER).attest(p, 1, Finding.DIFFER);
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(story.round().id(), AbortReason.ATTEMPTS_EXHAUSTED),
        "InvalidAbortReason",
        AbortReason.ATTEMPTS_EXHAUSTED.code(),
        PUBLISHING);
    story.finish(1, "version 1");
  }

  @Test
  void shouldCountALackNeitherForNorAgainstAPublication() {
    LedgerStory story = begin(Cast.VERIFIED).atStandingTime().committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, Finding.LACK).attest(p, 1, Finding.LACK).attest(p, 2, Finding.LACK);

    Candidate pending = story.round().pending().orElseThrow();
    assertThat(pending.lacking()).hasSize(3);
    assertThat(pending.matching()).isEmpty();
    assertThat(pending.differing()).isEmpty();
    assertThat(pending.attestations().get(story.verifier(0).address()).attestation().lacking())
        .isEqualTo(digest("a file that is not there"));
    story.world().moveTo(pending.attestationDeadline() + 1);
    story.doAs(ANYBODY, new LedgerAction.ExpirePublication(p.roundId()));
    assertThat(story.round().candidates().getFirst().failure()).contains(FailureReason.DEADLINE);
  }

  @Test
  void shouldLetAVerifierThatLackedAFileSayOnceWhatItFinds() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, Finding.LACK);
    refusesSecondWord(story, p, 0, Finding.LACK);
    story.attest(p, 0, Finding.MATCH);
    refusesSecondWord(story, p, 0, Finding.LACK);
    refusesSecondWord(story, p, 0, Finding.DIFFER);
    story.attest(p, 1, Finding.LACK).attest(p, 1, Finding.DIFFER);
    refusesSecondWord(story, p, 1, Finding.MATCH);
    assertThat(story.round().pending().orElseThrow().lacking()).isEmpty();
    story.attest(p, 2, Finding.MATCH);

    Candidate decided = story.round().decided().orElseThrow();
    assertThat(decided.matching())
        .containsExactly(story.verifier(0).address(), story.verifier(2).address());
    assertThat(decided.differing()).containsExactly(story.verifier(1).address());
    assertThat(story.events(LedgerEvent.Attested.class)).hasSize(5);
  }

  private static void refusesSecondWord(LedgerStory story, Publication p, int n, Finding finding) {
    story.refuses(
        ANYBODY,
        story.attestation(p, story.verifier(n), finding),
        "AlreadyAttested",
        story.verifier(n).address(),
        p.id());
  }

  @Test
  void shouldForgetALackInTheNextAttempt() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication first = story.publish(0, "a false version 1");
    story.attest(first, 0, Finding.LACK);
    story.attest(first, 1, Finding.DIFFER).attest(first, 2, Finding.DIFFER);
    Publication second = story.publish(1, "version 1");
    story.attest(second, 0, Finding.LACK).attest(second, 0, Finding.MATCH);
    story.attest(second, 1, Finding.MATCH);

    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldTakeFindingsOnlyWhosePartsFitTogether() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    Digest file = digest("file");
    refusesFinding(
        story, new Attestation(p.id(), Digest.NONE, Digest.NONE, Finding.LACK, Digest.NONE));
    refusesFinding(story, new Attestation(p.id(), p.model(), Digest.NONE, Finding.LACK, file));
    refusesFinding(story, new Attestation(p.id(), Digest.NONE, p.state(), Finding.LACK, file));
    refusesFinding(story, new Attestation(p.id(), p.model(), p.state(), Finding.MATCH, file));
    refusesFinding(story, new Attestation(p.id(), p.model(), p.state(), Finding.DIFFER, file));
  }

  private static void refusesFinding(LedgerStory story, Attestation said) {
    story.refuses(
        ANYBODY,
        story.attestation(said, story.verifier(0)),
        "InvalidFinding",
        said.finding().code(),
        said.model(),
        said.state(),
        said.lacking());
  }
}
