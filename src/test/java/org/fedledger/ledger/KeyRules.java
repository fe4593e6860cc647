package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.NOBODY;
import static org.fedledger.ledger.LedgerStory.RECOVERY_SECONDS;
import static org.fedledger.ledger.LedgerStory.participant;
import static org.fedledger.ledger.LedgerStory.valueOf;

import java.math.BigInteger;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.KeyRotation;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

/** How a participant's key changes: with its own consent, or, if it is lost, not in secret. */
abstract class KeyRules extends LedgerRules {

  private static final SigningKey SECOND = TestKeys.key(900);
  private static final SigningKey THIRD = TestKeys.key(901);
  private static final Address PARTICIPANT = participant(0).address();

  // Rotation.

  @Test
  void shouldCountANewSigningKeyFromTheNextRound() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.doAs(ANYBODY, story.rotation(0, participant(0), SECOND));
    story.doAs(ANYBODY, story.rotation(0, SECOND, THIRD));
    story.refuses(
        participant(0),
        story.commitment(story.update(0), THIRD),
        "WrongSigner",
        THIRD.address(),
        PARTICIPANT);
    story.commit(0, 1).closeCommits();
    story.publish(0, "version 1");

    story.open();
    story.refuses(
        participant(0),
        story.commitment(story.update(0), participant(0)),
        "WrongSigner",
        PARTICIPANT,
        THIRD.address());
    story.doAs(ANYBODY, story.commitment(story.update(0), THIRD));
    ParticipantRecord member = story.round().members().get(PARTICIPANT);
    assertThat(member.signer()).isEqualTo(THIRD.address());
    assertThat(member.keyChanges()).isEqualTo(2);
    assertThat(member.recoveredFrom()).isEmpty();
    assertThat(story.round().commitments()).containsOnlyKeys(PARTICIPANT);
  }

  @Test
  void shouldRotateAKeyWithItsOwnConsentOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    LedgerAction.RotateKey first = story.rotation(0, participant(0), SECOND);
    story.refuses(
        COORDINATOR,
        story.rotation(0, COORDINATOR, SECOND),
        "WrongSigner",
        COORDINATOR.address(),
        PARTICIPANT);
    story.refuses(
        COORDINATOR, story.rotation(0, participant(0), participant(0)), "SameSigner", PARTICIPANT);
    story.doAs(ANYBODY, first);
    story.refuses(ANYBODY, first, "WrongNonce", 0, 1);
    story.refuses(
        ANYBODY,
        story.rotation(0, participant(0), THIRD),
        "WrongSigner",
        PARTICIPANT,
        SECOND.address());
    KeyRotation stranger = new KeyRotation(participant(5).address(), SECOND.address(), 0);
    story.refuses(
        ANYBODY,
        new LedgerAction.RotateKey(
            stranger, story.reader().domain().sign(stranger, participant(5))),
        "NotAdmitted",
        participant(5).address());

    LedgerEvent.SigningKeyRotated rotated =
        story.events(LedgerEvent.SigningKeyRotated.class).getFirst();
    assertThat(rotated)
        .isEqualTo(
            new LedgerEvent.SigningKeyRotated(
                PARTICIPANT, SECOND.address(), PARTICIPANT, 1, 0, first.signature()));
    assertThat(story.reader().domain().signer(first.rotation(), rotated.signature()))
        .contains(PARTICIPANT);
  }

  // Recovery without verifiers.

  @Test
  void shouldReplaceALostKeyAfterADelay() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(2);
    long readyAt = story.world().now() + RECOVERY_SECONDS;
    story.doAs(COORDINATOR, request(SECOND));
    assertThat(story.state().participants().get(PARTICIPANT).recovery())
        .contains(new Recovery(SECOND.address(), readyAt));
    LedgerAction complete = new LedgerAction.CompleteRecovery(PARTICIPANT);
    story.world().moveTo(readyAt);
    story.refuses(ANYBODY, complete, "DeadlineNotPassed", readyAt, readyAt);
    story.world().moveTo(readyAt + 1);
    story.doAs(ANYBODY, complete);
    story.refuses(ANYBODY, complete, "NoRecoveryPending", PARTICIPANT);

    assertThat(story.events(LedgerEvent.SigningKeyRecovered.class))
        .containsExactly(
            new LedgerEvent.SigningKeyRecovered(PARTICIPANT, SECOND.address(), PARTICIPANT, 1));
    story.open();
    story.doAs(ANYBODY, story.commitment(story.update(0), SECOND));
    ParticipantRecord member = story.round().members().get(PARTICIPANT);
    assertThat(member.recoveredFrom()).contains(1L);
    assertThat(member.recovery()).isEmpty();
  }

  @Test
  void shouldLetTheOldKeyVetoARecovery() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.doAs(COORDINATOR, request(SECOND));
    story.refuses(
        ANYBODY,
        story.veto(0, THIRD, participant(0)),
        "OtherRecoveryPending",
        THIRD.address(),
        SECOND.address());
    story.refuses(
        ANYBODY, story.veto(0, SECOND, SECOND), "WrongSigner", SECOND.address(), PARTICIPANT);
    story.doAs(ANYBODY, story.veto(0, SECOND, participant(0)));
    story.refuses(
        ANYBODY, new LedgerAction.CompleteRecovery(PARTICIPANT), "NoRecoveryPending", PARTICIPANT);
    story.refuses(ANYBODY, story.veto(0, SECOND, participant(0)), "NoRecoveryPending", PARTICIPANT);

    assertThat(story.events(LedgerEvent.RecoveryVetoed.class))
        .containsExactly(new LedgerEvent.RecoveryVetoed(PARTICIPANT, SECOND.address(), 0));
    assertThat(story.state().participants().get(PARTICIPANT).recovery()).isEmpty();
  }

  @Test
  void shouldEndARecoveryByARotation() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.doAs(COORDINATOR, request(SECOND));
    LedgerAction veto = story.veto(0, SECOND, participant(0));
    story.doAs(participant(0), story.rotation(0, participant(0), THIRD));
    story.refuses(
        ANYBODY, new LedgerAction.CompleteRecovery(PARTICIPANT), "NoRecoveryPending", PARTICIPANT);
    story.doAs(COORDINATOR, request(SECOND));
    story.refuses(ANYBODY, veto, "WrongNonce", 0, 1);

    ParticipantRecord now = story.state().participants().get(PARTICIPANT);
    assertThat(now.signer()).isEqualTo(THIRD.address());
    assertThat(now.recovery().map(Recovery::signer)).contains(SECOND.address());
  }

  @Test
  void shouldLetTheCoordinatorAskForPossibleRecoveriesOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    refusesNonCoordinator(story, ANYBODY, request(SECOND));
    story.refuses(COORDINATOR, request(participant(0)), "SameSigner", PARTICIPANT);
    story.refuses(
        COORDINATOR, new LedgerAction.RequestRecovery(PARTICIPANT, NOBODY), "ZeroAddress");
    story.refuses(
        COORDINATOR,
        new LedgerAction.RequestRecovery(participant(5).address(), SECOND.address()),
        "NotAdmitted",
        participant(5).address());
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.RECOVER_KEY, PARTICIPANT, valueOf(SECOND.address())),
        "OnlyWithVerifiers");
  }

  @Test
  void shouldLeaveTheVetoWhereVerifiersCameAfterTheFounding() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    SigningKey late = TestKeys.key(203);
    story.doAs(
        COORDINATOR, story.change(GovernanceKind.ADD_VERIFIER, late.address(), BigInteger.ONE));
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.RECOVER_KEY, PARTICIPANT, valueOf(SECOND.address()), late),
        "OnlyWithVerifiers");
    story.doAs(COORDINATOR, request(SECOND));
    story.doAs(ANYBODY, story.veto(0, SECOND, participant(0)));
    assertThat(story.state().participants().get(PARTICIPANT).signer()).isEqualTo(PARTICIPANT);
  }

  private static LedgerAction.RequestRecovery request(SigningKey signer) {
    return new LedgerAction.RequestRecovery(PARTICIPANT, signer.address());
  }

  // Recovery with verifiers.

  @Test
  void shouldTakeMVerifiersToReplaceALostKey() {
    LedgerStory story = begin(Cast.VERIFIED).admit(2);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    story.refuses(COORDINATOR, request(SECOND), "OnlyWithoutVerifiers");
    story.refuses(
        COORDINATOR,
        new LedgerAction.CompleteRecovery(PARTICIPANT),
        "NoRecoveryPending",
        PARTICIPANT);
    LedgerAction.Govern recover =
        story.change(GovernanceKind.RECOVER_KEY, PARTICIPANT, valueOf(SECOND.address()), a, b);
    story.doAs(ANYBODY, recover);

    assertThat(story.events().subList(story.events().size() - 2, story.events().size()))
        .containsExactly(
            new LedgerEvent.GovernanceApproved(
                0,
                GovernanceKind.RECOVER_KEY,
                PARTICIPANT,
                valueOf(SECOND.address()),
                recover.signatures()),
            new LedgerEvent.SigningKeyRecovered(PARTICIPANT, SECOND.address(), PARTICIPANT, 1));
    assertThat(story.state().participants().get(PARTICIPANT).recoveredFrom())
        .isEqualTo(Optional.of(1L));
    story.refuses(
        ANYBODY,
        story.change(
            GovernanceKind.RECOVER_KEY, participant(5).address(), valueOf(SECOND.address()), a, b),
        "NotAdmitted",
        participant(5).address());
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.RECOVER_KEY, PARTICIPANT, valueOf(SECOND.address()), a, b),
        "SameSigner",
        SECOND.address());
  }
}
