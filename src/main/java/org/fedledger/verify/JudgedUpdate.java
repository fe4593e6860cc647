package org.fedledger.verify;

import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.gate.Verdict;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.verify.AuditReport.UpdateStatus;

/**
 * What the gates say of a committed update.
 *
 * @param file where it is, if it could be had
 * @param verdict empty where there is no file
 * @param absence what an update without a file is called
 * @param why there is none
 */
record JudgedUpdate(
    UpdateCommitted committed,
    Optional<Path> file,
    Optional<Verdict> verdict,
    UpdateStatus absence,
    String why) {

  static JudgedUpdate of(UpdateCommitted committed, Path file, Verdict verdict) {
    return new JudgedUpdate(
        committed, Optional.of(file), Optional.of(verdict), UpdateStatus.MISSING, "");
  }

  /** One whose committed size shows, without a file, that it is none of this schema. */
  static JudgedUpdate sized(UpdateCommitted committed, Verdict verdict) {
    return new JudgedUpdate(
        committed, Optional.empty(), Optional.of(verdict), UpdateStatus.REJECTED, "");
  }

  static JudgedUpdate without(UpdateCommitted committed, UpdateStatus absence, String why) {
    return new JudgedUpdate(committed, Optional.empty(), Optional.empty(), absence, why);
  }

  /** The reason for which a decision rejects an update, if it does. */
  static Optional<Reason> recorded(Decision decision, UpdateCommitted committed) {
    return decision.rejections().stream()
        .filter(r -> r.index() == committed.index())
        .map(Rejection::reason)
        .findFirst();
  }

  /** Whether a decision about it is the gates', as far as the file at hand tells. */
  PublicationFinding fits(Decision decision) {
    Optional<Reason> recorded = recorded(decision, committed);
    boolean accepted = decision.accepts(committed.index());
    if (verdict.isEmpty()) {
      return recorded.equals(Optional.of(Reason.MISSING))
          ? PublicationFinding.CORRECT
          : PublicationFinding.UNKNOWN;
    }
    return switch (verdict.get()) {
      case Verdict.Admitted _ -> {
        if (accepted) {
          yield PublicationFinding.CORRECT;
        }
        yield recorded.equals(Optional.of(Reason.MISSING))
            ? PublicationFinding.UNKNOWN
            : PublicationFinding.WRONG;
      }
      case Verdict.Refused(Reason reason, String _) -> {
        if (recorded.equals(Optional.of(reason))) {
          yield PublicationFinding.CORRECT;
        }
        yield reason != Reason.SIZE && recorded.equals(Optional.of(Reason.MISSING))
            ? PublicationFinding.UNKNOWN
            : PublicationFinding.WRONG;
      }
    };
  }

  /** Whether the file could be aggregated, were it accepted. */
  boolean hasTheForm() {
    return file.isPresent()
        && verdict
            .filter(
                v ->
                    switch (v) {
                      case Verdict.Admitted _ -> true;
                      case Verdict.Refused(Reason reason, String _) ->
                          reason.code() > Reason.SCHEMA.code();
                    })
            .isPresent();
  }

  WeightedUpdate weighted(Path path) {
    return new WeightedUpdate(
        committed.commitment().participant(), committed.commitment().weight(), path);
  }
}
