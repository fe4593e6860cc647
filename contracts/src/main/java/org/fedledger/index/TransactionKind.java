package org.fedledger.index;

import java.util.Locale;
import java.util.Optional;
import org.fedledger.ledger.LedgerEvent;

/** What a transaction did, as its first event tells; the code is what the index stores. */
public enum TransactionKind {
  FOUND(0),
  ADMIT(1),
  SUSPEND(2),
  ROTATE_KEY(3),
  RAISE_BUDGET(4),
  AUDITORS(5),
  GOVERN(6),
  OPEN_ROUND(7),
  COMMIT(8),
  CLOSE_COMMITS(9),
  PUBLISH(10),
  ATTEST(11),
  EXPIRE_PUBLICATION(12),
  ABORT_ROUND(13),
  RECOVER_KEY(14),
  CLAIM_COORDINATION(15);

  private final int code;

  TransactionKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** As in answers and filters, such as {@code open-round}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<TransactionKind> of(String text) {
    for (TransactionKind kind : values()) {
      if (kind.text().equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** By the first event of a transaction. */
  static TransactionKind of(LedgerEvent first) {
    return switch (first) {
      case LedgerEvent.FederationCreated _ -> FOUND;
      case LedgerEvent.ParticipantAdmitted _ -> ADMIT;
      case LedgerEvent.ParticipantSuspended _ -> SUSPEND;
      case LedgerEvent.SigningKeyRotated _ -> ROTATE_KEY;
      case LedgerEvent.RecoveryRequested _,
          LedgerEvent.RecoveryVetoed _,
          LedgerEvent.SigningKeyRecovered _ ->
          RECOVER_KEY;
      case LedgerEvent.PrivacyBudgetRaised _ -> RAISE_BUDGET;
      case LedgerEvent.AuditorGranted _, LedgerEvent.AuditorRevoked _ -> AUDITORS;
      case LedgerEvent.GovernanceApproved _,
          LedgerEvent.VerifierAdded _,
          LedgerEvent.VerifierRemoved _,
          LedgerEvent.AggregatorAdded _,
          LedgerEvent.AggregatorRemoved _,
          LedgerEvent.ThresholdChanged _,
          LedgerEvent.BaseApproved _,
          LedgerEvent.SuccessorChanged _,
          LedgerEvent.FederationClosed _ ->
          GOVERN;
      // Where governance changed the coordinator, its approval is the first event.
      case LedgerEvent.CoordinationClaimed _,
          LedgerEvent.CoordinationClaimVetoed _,
          LedgerEvent.CoordinatorChanged _ ->
          CLAIM_COORDINATION;
      case LedgerEvent.RoundOpened _ -> OPEN_ROUND;
      case LedgerEvent.UpdateCommitted _ -> COMMIT;
      case LedgerEvent.CommitsClosed _ -> CLOSE_COMMITS;
      case LedgerEvent.ModelPublished _ -> PUBLISH;
      case LedgerEvent.Attested _ -> ATTEST;
      case LedgerEvent.PublicationFailed _ -> EXPIRE_PUBLICATION;
      // A version is final by the publication or attestation before it in the same transaction.
      case LedgerEvent.VersionFinal _ -> ATTEST;
      case LedgerEvent.RoundAborted _ -> ABORT_ROUND;
    };
  }
}
