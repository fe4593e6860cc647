package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.NOBODY;
import static org.fedledger.ledger.LedgerStory.RECOVERY_SECONDS;
import static org.fedledger.ledger.LedgerStory.SUCCESSOR;
import static org.fedledger.ledger.LedgerStory.valueOf;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/**
 * What governance changes, how each change is on the record, and who follows a lost coordinator.
 */
abstract class GovernanceRules extends LedgerRules {

  private static final SigningKey FOURTH = TestKeys.key(203);

  // Approvals.

  @Test
  void shouldTellOfEveryChangeJustBeforeIt() {
    LedgerStory story = begin(Cast.SMALL);
    int founding = story.events().size();
    LedgerAction.Govern add =
        story.change(GovernanceKind.ADD_VERIFIER, FOURTH.address(), BigInteger.ONE);
    story.doAs(COORDINATOR, add);

    assertThat(story.events().subList(founding, story.events().size()))
        .containsExactly(
            new LedgerEvent.GovernanceApproved(
                0, GovernanceKind.ADD_VERIFIER, FOURTH.address(), BigInteger.ONE, List.of()),
            new LedgerEvent.VerifierAdded(FOURTH.address(), 1),
            new LedgerEvent.ThresholdChanged(1, 1));
    List<RecordedEvent> last = story.recorded().subList(founding, story.recorded().size());
    assertThat(last)
        .extracting(RecordedEvent::transaction)
        .containsOnly(last.getFirst().transaction());
    assertThat(story.state().governanceNonce()).isEqualTo(1);
  }

  @Test
  void shouldTakeNoAccountOrValueThatAKindDoesNotName() {
    LedgerStory story = begin(Cast.SMALL);
    Address account = FOURTH.address();
    for (GovernanceKind kind : GovernanceKind.values()) {
      if (!kind.namesAccount()) {
        refusesChange(story, kind, account, BigInteger.ZERO);
      }
      if (!kind.carriesValue()) {
        refusesChange(story, kind, NOBODY, BigInteger.ONE);
      }
    }
  }

  private static void refusesChange(
      LedgerStory story, GovernanceKind kind, Address account, BigInteger value) {
    story.refuses(
        COORDINATOR,
        story.change(kind, account, value),
        "InvalidChange",
        kind.code(),
        account,
        value);
  }

  @Test
  void shouldTakeNoSignatureForAnotherValue() {
    LedgerStory story = begin(Cast.VERIFIED);
    LedgerAction.Govern valid =
        story.change(GovernanceKind.CHANGE_THRESHOLD, 3, story.verifier(0), story.verifier(1));
    Outcome other =
        story.tryAs(
            ANYBODY,
            new LedgerAction.Govern(
                valid.kind(), valid.account(), BigInteger.TWO, valid.signatures()));
    assertThat(((Outcome.Refused) other).error()).isEqualTo("NotVerifierOfRound");
    story.doAs(ANYBODY, valid);
    assertThat(story.state().attestationThreshold()).isEqualTo(3);
  }

  // The threshold.

  @Test
  void shouldFixTheThresholdOfARoundAtItsOpening() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    SigningKey c = story.verifier(2);
    story.doAs(ANYBODY, story.change(GovernanceKind.CHANGE_THRESHOLD, 3, a, b));
    assertThat(story.events(LedgerEvent.ThresholdChanged.class))
        .containsExactly(new LedgerEvent.ThresholdChanged(3, 2));
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.CHANGE_THRESHOLD, 2, a, b),
        "WrongSignatureCount",
        2,
        3);
    assertThat(story.round().attestationThreshold()).isEqualTo(2);
    story.finish(0, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);

    story.open();
    assertThat(story.round().attestationThreshold()).isEqualTo(3);
    story.commit(0, 1).closeCommits();
    Publication p = story.publish(0, "version 2");
    story.attest(p, 0, Finding.MATCH).attest(p, 1, Finding.MATCH);
    assertThat(story.state().head().version()).isEqualTo(1);
    story.doAs(c, story.attestation(p, c, Finding.MATCH));
    assertThat(story.state().head().version()).isEqualTo(2);
  }

  @Test
  void shouldTakeMoreThanHalfAndAtMostAllForAThreshold() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    for (long threshold : new long[] {0, 1, 4, 65_538}) {
      story.refuses(
          ANYBODY,
          story.change(GovernanceKind.CHANGE_THRESHOLD, threshold, a, b),
          "InvalidThreshold",
          threshold,
          3);
    }
  }

  @Test
  void shouldChangeTheThresholdWithAVerifier() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    SigningKey c = story.verifier(2);
    story.doAs(
        ANYBODY,
        story.change(GovernanceKind.ADD_VERIFIER, FOURTH.address(), BigInteger.valueOf(3), a, b));
    assertThat(story.state().attestationThreshold()).isEqualTo(3);
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REMOVE_VERIFIER, a.address(), BigInteger.ONE, a, b, c),
        "InvalidThreshold",
        1,
        3);
    story.doAs(
        ANYBODY,
        story.change(GovernanceKind.REMOVE_VERIFIER, a.address(), BigInteger.TWO, a, b, c));
    assertThat(story.state().attestationThreshold()).isEqualTo(2);
    assertThat(story.events().getLast()).isEqualTo(new LedgerEvent.ThresholdChanged(2, 1));
  }

  @Test
  void shouldReplaceAVerifierAtOnceByAnother() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    SigningKey c = story.verifier(2);
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REPLACE_VERIFIER, a.address(), valueOf(b.address()), a, b),
        "AlreadyInOffice",
        b.address());
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REPLACE_VERIFIER, FOURTH.address(), valueOf(c.address()), a, b),
        "NotInOffice",
        FOURTH.address());
    BigInteger noAddress = BigInteger.ONE.shiftLeft(160);
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REPLACE_VERIFIER, a.address(), noAddress, a, b),
        "InvalidChange",
        GovernanceKind.REPLACE_VERIFIER.code(),
        a.address(),
        noAddress);
    story.doAs(
        ANYBODY,
        story.change(
            GovernanceKind.REPLACE_VERIFIER, a.address(), valueOf(FOURTH.address()), a, b));

    story.committedBy(2);
    assertThat(story.round().verifiers())
        .containsExactlyInAnyOrder(b.address(), c.address(), FOURTH.address());
    Publication p = story.publish(0, "version 1");
    story.refuses(a, story.attestation(p, a, Finding.MATCH), "NotVerifierOfRound", a.address(), 1);
    story.doAs(FOURTH, story.attestation(p, FOURTH, Finding.MATCH));
  }

  // The coordinator's successor.

  @Test
  void shouldSeatTheSuccessorOfALostCoordinatorAfterADelay() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime();
    story.refuses(
        ANYBODY,
        new LedgerAction.ClaimCoordination(),
        "NotSuccessor",
        ANYBODY.address(),
        SUCCESSOR.address());
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "NoClaimPending");
    long readyAt = story.world().now() + RECOVERY_SECONDS;
    story.doAs(SUCCESSOR, new LedgerAction.ClaimCoordination());
    assertThat(story.state().claimReadyAt()).contains(readyAt);
    story.refuses(SUCCESSOR, new LedgerAction.ClaimCoordination(), "ClaimIsPending", readyAt);
    story.world().moveTo(readyAt);
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "DeadlineNotPassed", readyAt, readyAt);
    story.world().moveTo(readyAt + 1);
    story.doAs(ANYBODY, new LedgerAction.CompleteClaim());

    assertThat(story.events().getLast())
        .isEqualTo(
            new LedgerEvent.CoordinatorChanged(
                Optional.of(COORDINATOR.address()), SUCCESSOR.address(), 1));
    assertThat(story.state().coordinator()).isEqualTo(SUCCESSOR.address());
    assertThat(story.state().claimReadyAt()).isEmpty();
    story.refuses(
        SUCCESSOR, new LedgerAction.ClaimCoordination(), "AlreadyInOffice", SUCCESSOR.address());
  }

  @Test
  void shouldLetTheCoordinatorVetoAClaim() {
    LedgerStory story = begin(Cast.SMALL);
    story.refuses(COORDINATOR, new LedgerAction.VetoClaim(), "NoClaimPending");
    story.doAs(SUCCESSOR, new LedgerAction.ClaimCoordination());
    refusesNonCoordinator(story, SUCCESSOR, new LedgerAction.VetoClaim());
    story.doAs(COORDINATOR, new LedgerAction.VetoClaim());
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "NoClaimPending");

    assertThat(story.events().getLast())
        .isEqualTo(new LedgerEvent.CoordinationClaimVetoed(SUCCESSOR.address()));
    assertThat(story.state().claimReadyAt()).isEmpty();
  }

  @Test
  void shouldEndAClaimWithAnotherSuccessorOrCoordinator() {
    LedgerStory story = begin(Cast.SMALL);
    SigningKey other = TestKeys.key(980);
    story.doAs(SUCCESSOR, new LedgerAction.ClaimCoordination());
    story.doAs(COORDINATOR, story.change(GovernanceKind.CHANGE_SUCCESSOR, other.address()));
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "NoClaimPending");
    story.doAs(other, new LedgerAction.ClaimCoordination());
    story.doAs(COORDINATOR, story.change(GovernanceKind.CHANGE_COORDINATOR, ANYBODY.address()));
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "NoClaimPending");
    story.doAs(ANYBODY, story.change(GovernanceKind.CHANGE_SUCCESSOR, NOBODY));

    assertThat(story.state().successor()).isEmpty();
    story.refuses(
        other, new LedgerAction.ClaimCoordination(), "NotSuccessor", other.address(), NOBODY);
  }

  @Test
  void shouldEndAClaimWithTheFirstVerifier() {
    LedgerStory story = begin(Cast.SMALL);
    story.doAs(SUCCESSOR, new LedgerAction.ClaimCoordination());
    story.doAs(
        COORDINATOR, story.change(GovernanceKind.ADD_VERIFIER, FOURTH.address(), BigInteger.ONE));

    assertThat(story.state().claimReadyAt()).isEmpty();
    story.refuses(COORDINATOR, new LedgerAction.VetoClaim(), "NoClaimPending");
  }

  @Test
  void shouldLeaveNothingToACoordinatorWhoseSuccessorWasSeatedInAnOpenRound() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    story.doAs(SUCCESSOR, new LedgerAction.ClaimCoordination());
    story.world().moveTo(story.world().now() + RECOVERY_SECONDS + 1);
    story.doAs(ANYBODY, new LedgerAction.CompleteClaim());

    refusesNonCoordinator(
        story, COORDINATOR, story.change(GovernanceKind.CHANGE_COORDINATOR, COORDINATOR.address()));
    refusesNonCoordinator(
        story, COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.refuses(
        SUCCESSOR, new LedgerAction.ClaimCoordination(), "AlreadyInOffice", SUCCESSOR.address());
    story.doAs(SUCCESSOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    assertThat(story.state().coordinator()).isEqualTo(SUCCESSOR.address());
  }

  @Test
  void shouldLetVerifiersAndNoSuccessorReplaceALostCoordinator() {
    LedgerStory story = begin(Cast.VERIFIED).admit(2);
    story.refuses(SUCCESSOR, new LedgerAction.ClaimCoordination(), "OnlyWithoutVerifiers");
    story.refuses(ANYBODY, new LedgerAction.CompleteClaim(), "OnlyWithoutVerifiers");
    RoundId id = story.open();
    story.doAs(
        ANYBODY,
        story.change(
            GovernanceKind.CHANGE_COORDINATOR,
            SUCCESSOR.address(),
            story.verifier(0),
            story.verifier(2)));
    story.doAs(SUCCESSOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.doAs(SUCCESSOR, new LedgerAction.OpenRound(story.opening()));
  }
}
