package org.fedledger.verify;

import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * A participant's key and budget change by the signature of the key that it had; nobody else's
 * consent is its own. Where others gave it a key, that is told.
 */
final class ConsentClaim implements EventClaim {

  private final SigningDomain domain;

  ConsentClaim(SigningDomain domain) {
    this.domain = domain;
  }

  @Override
  public void take(RecordedEvent event, Supplier<FederationState> before, Findings findings) {
    switch (event.event()) {
      case LedgerEvent.SigningKeyRotated e ->
          checkSigned(
              before.get(),
              e.participant(),
              new KeyRotation(e.participant(), e.signer(), e.nonce()),
              e.signature(),
              "a signing key was changed without the signature of the key before it",
              findings);
      case LedgerEvent.PrivacyBudgetRaised e -> {
        checkSigned(
            before.get(),
            e.participant(),
            new BudgetRaise(e.participant(), e.budget()),
            e.signature(),
            "a privacy budget was raised without the participant's signature",
            findings);
        checkRaised(before.get(), e, findings);
      }
      case LedgerEvent.ParticipantAdmitted e -> checkBudgetKept(before.get(), e, findings);
      case LedgerEvent.RecoveryRequested e -> {
        findings.note(
            "block %d: the coordinator asked for the key %s in the name of %s, who could veto it"
                .formatted(event.block().number(), e.signer(), e.participant()));
        checkWait(before.get(), event, e.readyAt(), findings);
      }
      case LedgerEvent.CoordinationClaimed e ->
          checkWait(before.get(), event, e.readyAt(), findings);
      case LedgerEvent.RecoveryVetoed e ->
          findings.note(
              "block %d: the key of %s vetoed the one that was asked for in its name"
                  .formatted(event.block().number(), e.participant()));
      case LedgerEvent.SigningKeyRecovered e ->
          findings.note(
              "block %d: %s got the key %s without a signature of its own key, from round %d on"
                  .formatted(event.block().number(), e.participant(), e.signer(), e.fromRound()));
      default -> {
        // Nobody's consent is asked for.
      }
    }
  }

  /** Whoever may veto has the time for it that the federation was founded with. */
  private static void checkWait(
      FederationState before, RecordedEvent event, long readyAt, Findings findings) {
    long due = event.block().timestamp() + before.created().recoverySeconds();
    if (readyAt != due) {
      findings.problem(
          RoundCase.CONTRACT,
          "a veto may come until another time than the federation was founded with",
          "block",
          event.block().number(),
          "readyAt",
          readyAt,
          "due",
          due);
    }
  }

  private void checkSigned(
      FederationState before,
      Address participant,
      SignedMessage message,
      Signature signature,
      String otherwise,
      Findings findings) {
    Optional<Address> key =
        Optional.ofNullable(before.participants().get(participant)).map(ParticipantRecord::signer);
    Optional<Address> signer = domain.signer(message, signature);
    if (signer.isEmpty() || !signer.equals(key)) {
      findings.problem(
          RoundCase.CONTRACT,
          otherwise,
          "participant",
          participant,
          "signedBy",
          RoundCase.named(signer),
          "signingKey",
          RoundCase.named(key));
    }
  }

  private static void checkRaised(
      FederationState before, LedgerEvent.PrivacyBudgetRaised e, Findings findings) {
    long recorded =
        Optional.ofNullable(before.participants().get(e.participant()))
            .map(ParticipantRecord::privacyBudget)
            .orElse(0L);
    if (recorded != e.previousBudget() || Long.compareUnsigned(e.budget(), recorded) <= 0) {
      findings.problem(
          RoundCase.CONTRACT,
          "a privacy budget was raised from another than the recorded one, or not raised",
          "participant",
          e.participant(),
          "recorded",
          Long.toUnsignedString(recorded),
          "from",
          Long.toUnsignedString(e.previousBudget()),
          "to",
          Long.toUnsignedString(e.budget()));
    }
  }

  /** A coordinator who suspends and admits again does not change the budget by it. */
  private static void checkBudgetKept(
      FederationState before, LedgerEvent.ParticipantAdmitted e, Findings findings) {
    ParticipantRecord known = before.participants().get(e.participant());
    if (known != null && known.privacyBudget() != e.privacyBudget()) {
      findings.problem(
          RoundCase.CONTRACT,
          "a participant was admitted again with another privacy budget, without its signature",
          "participant",
          e.participant(),
          "recorded",
          Long.toUnsignedString(known.privacyBudget()),
          "admittedWith",
          Long.toUnsignedString(e.privacyBudget()));
    }
  }
}
