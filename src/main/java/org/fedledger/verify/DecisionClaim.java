package org.fedledger.verify;

import java.util.Collection;
import java.util.Optional;
import org.fedledger.gate.Verdict;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.round.LackedFile;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.store.AbsentBlob.Cause;
import org.fedledger.verify.AuditReport.UpdateStatus;

/**
 * The decided publication accepts what passes every gate, and rejects each other update for the
 * first that it fails.
 *
 * <p>That a file can be had or not at the time of an audit says nothing of the past: neither
 * convicts anybody of having called it {@code MISSING}.
 */
final class DecisionClaim {

  private final RoundCase round;
  private final Decision decision;
  private final String aggregator;
  private final Findings findings;
  private final UpdateFindings updates;

  DecisionClaim(RoundCase round, Candidate candidate, Findings findings, UpdateFindings updates) {
    this.round = round;
    this.decision = candidate.record().decision();
    this.aggregator = round.publisher(candidate);
    this.findings = findings;
    this.updates = updates;
  }

  /** Whether the decisions are the gates', as far as the files at hand tell. */
  static PublicationFinding assess(Decision decision, Collection<JudgedUpdate> judged) {
    return judged.stream()
        .map(update -> update.fits(decision))
        .reduce(PublicationFinding.CORRECT, PublicationFinding::and);
  }

  /** Finds each decision that is not the gates', and what is known of each update. */
  void check(Collection<JudgedUpdate> judged) {
    judged.forEach(this::check);
  }

  private void check(JudgedUpdate update) {
    if (update.verdict().isEmpty()) {
      lacked(update, update.lacked().orElseThrow());
      return;
    }
    switch (update.verdict().get()) {
      case Verdict.Admitted _ -> admitted(update);
      case Verdict.Refused(Reason reason, String detail) -> refused(update, reason, detail);
    }
  }

  private void admitted(JudgedUpdate update) {
    UpdateCommitted committed = update.committed();
    if (update.isAcceptedBy(decision)) {
      updates.find(committed, UpdateStatus.VERIFIED);
    } else if (isMissing(update)) {
      findings.note(
          "round %d: %s was rejected as MISSING, but its file is here now; it may have come late, and only a receipt that the aggregator itself signed in time would prove the rejection false"
              .formatted(round.number(), committed.commitment().participant()));
      updates.find(committed, UpdateStatus.REJECTED, Reason.MISSING.name());
    } else {
      findings.problem(
          aggregator,
          "an update was rejected that passes every gate",
          "participant",
          committed.commitment().participant(),
          "digest",
          committed.commitment().digest(),
          "recordedReason",
          recorded(update));
      updates.find(committed, UpdateStatus.TAMPERED, "rejected although it passes the gates");
    }
  }

  private void refused(JudgedUpdate update, Reason gate, String detail) {
    UpdateCommitment c = update.committed().commitment();
    if (update.isAcceptedBy(decision)) {
      findings.problem(
          aggregator,
          "an update was accepted that fails a gate",
          "participant",
          c.participant(),
          "digest",
          c.digest(),
          "gate",
          gate,
          "detail",
          detail);
      updates.find(update.committed(), UpdateStatus.TAMPERED, gate.name());
      return;
    }
    if (update.fits(decision) == PublicationFinding.WRONG) {
      findings.problem(
          aggregator,
          "an update was rejected for another reason than the first gate it fails",
          "participant",
          c.participant(),
          "recordedReason",
          recorded(update),
          "gate",
          gate,
          "detail",
          detail);
    }
    findings.note(
        "round %d: %s was rejected, %s: %s"
            .formatted(round.number(), c.participant(), gate, detail));
    updates.find(update.committed(), UpdateStatus.REJECTED, gate.name());
  }

  private void lacked(JudgedUpdate update, LackedFile lacked) {
    if (isMissing(update)) {
      findings.note(
          "round %d: %s was rejected as MISSING: %s"
              .formatted(round.number(), lacked.what(), lacked.why()));
      updates.find(update.committed(), UpdateStatus.REJECTED, Reason.MISSING.name());
      return;
    }
    if (update.recorded(decision).equals(Optional.of(Reason.SIZE))) {
      findings.problem(
          aggregator,
          "an update was rejected for its size, and the committed size is that of every update",
          "participant",
          update.committed().commitment().participant(),
          "committedSize",
          Long.toUnsignedString(update.committed().commitment().size()));
      updates.find(update.committed(), UpdateStatus.TAMPERED, Reason.SIZE.name());
      return;
    }
    findings.gap(lacked.toString());
    updates.find(
        update.committed(),
        lacked.cause() == Cause.ERASED ? UpdateStatus.ERASED : UpdateStatus.MISSING,
        lacked.why());
  }

  private boolean isMissing(JudgedUpdate update) {
    return update.recorded(decision).equals(Optional.of(Reason.MISSING));
  }

  private String recorded(JudgedUpdate update) {
    return update.recorded(decision).map(Enum::name).orElse("none");
  }
}
