package org.fedledger.verify;

import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;

/**
 * Holds the open round's events against its deadlines, in the time of the blocks they stand in, and
 * against the counts of the federation's rules. Takes events in order, after the fold took them.
 */
final class DeadlineClaim {

  private LedgerEvent.FederationCreated created;
  private Open open;

  /** The round being recorded. */
  private static final class Open {
    final Findings findings;
    final RoundOpening opening;
    final int verifiers;
    final int attestationThreshold;
    int stage;
    long commitDeadline;

    /** Who may commit in the present stage, and how many have. */
    long expected;

    int committed;
    boolean tooFew;
    boolean wentOn;
    int accepted;
    int differing;
    long attempts;
    boolean closed;
    boolean pending;
    long revealDeadline;
    long publicationDeadline;
    long attestationDeadline;

    Open(LedgerEvent.RoundOpened e) {
      findings = new Findings(OptionalLong.of(e.round()));
      opening = e.opening();
      verifiers = e.verifiers();
      attestationThreshold = e.attestationThreshold();
      commitDeadline = opening.commitDeadline();
      expected = opening.drawn();
    }

    /** The present stage's. */
    int threshold(int quorum) {
      return stage == 0 ? quorum : opening.later().get(stage - 1).threshold();
    }

    boolean isLastStage() {
      return stage == opening.later().size();
    }
  }

  /** What the last round's record came to, once; further findings about it may be added. */
  Optional<Findings> takeRecorded() {
    Optional<Findings> recorded = Optional.ofNullable(open).map(o -> o.findings);
    open = null;
    return recorded;
  }

  void begin(LedgerEvent.FederationCreated event) {
    created = event;
  }

  void take(RecordedEvent recorded) {
    long time = recorded.block().timestamp();
    requireEnd(recorded.event());
    switch (recorded.event()) {
      case LedgerEvent.RoundOpened e -> opened(e, time);
      case LedgerEvent.UpdateCommitted e -> committed(e, time);
      case LedgerEvent.CommitsClosed e -> closed(e, recorded.block());
      case LedgerEvent.ModelPublished e -> published(e, time);
      case LedgerEvent.Attested e -> attested(e, time);
      case LedgerEvent.PublicationFailed e -> failed(e, time);
      case LedgerEvent.VersionFinal e -> finished(e);
      case LedgerEvent.RoundAborted e -> aborted(e, time);
      default -> {
        // Everything else has no deadline.
      }
    }
  }

  /** Where too few committed, the very next event is the round's end. */
  private void requireEnd(LedgerEvent event) {
    if (open != null
        && open.tooFew
        && !open.wentOn
        && !(event instanceof LedgerEvent.RoundAborted)) {
      open.wentOn = true;
      open.findings.problem(
          "contract",
          "a round went on in which too few had committed",
          "stage",
          open.stage,
          "committed",
          open.committed,
          "needed",
          open.threshold(created.quorum()));
    }
  }

  private void opened(LedgerEvent.RoundOpened e, long time) {
    open = new Open(e);
    if (time >= open.opening.commitDeadline()) {
      open.findings.problem(
          "contract",
          "the round was opened after the deadline of its own commitments",
          "blockTime",
          time,
          "deadline",
          open.opening.commitDeadline());
    }
  }

  private void committed(LedgerEvent.UpdateCommitted e, long time) {
    open.committed++;
    requireBefore(
        open.commitDeadline,
        time,
        "contract",
        "an update was committed after the deadline",
        "digest",
        e.commitment().digest());
  }

  private void closed(LedgerEvent.CommitsClosed e, BlockRef block) {
    long time = block.timestamp();
    if (open.committed < open.expected) {
      requireAfter(
          open.commitDeadline,
          time,
          "contract",
          "commits were closed before the deadline, though not all who might had committed",
          "expected",
          open.expected);
    }
    long window =
        open.isLastStage()
            ? open.opening.revealSeconds()
            : open.opening.later().get(open.stage).seconds();
    long due = Math.min(time + window, open.opening.latestDeadline(open.stage));
    if (e.deadline() != due || e.committed() != open.committed) {
      open.findings.problem(
          "contract",
          "commits were closed with another deadline or count than the round's",
          "deadline",
          e.deadline(),
          "due",
          due,
          "counted",
          e.committed(),
          "committed",
          open.committed);
    }
    open.tooFew = open.committed < open.threshold(created.quorum());
    if (open.tooFew || open.isLastStage()) {
      open.closed = true;
      open.revealDeadline = due;
      open.publicationDeadline = due + open.opening.publicationSeconds();
    } else {
      open.stage++;
      open.commitDeadline = due;
      open.expected = open.committed;
      open.committed = 0;
    }
  }

  private void published(LedgerEvent.ModelPublished e, long time) {
    requireBefore(
        open.publicationDeadline,
        time,
        "contract",
        "a publication came after its deadline",
        "attempt",
        e.publication().attempt());
    for (Rejection rejection : e.decision().rejections()) {
      if (rejection.reason() == Reason.MISSING) {
        requireAfter(
            open.revealDeadline,
            time,
            "contract",
            "an update was called MISSING while it could still come",
            "index",
            rejection.index());
      }
    }
    if (open.tooFew || open.attempts >= open.opening.attempts()) {
      open.findings.problem(
          "contract",
          "a publication was taken where none could follow",
          "attempts",
          open.attempts,
          "limit",
          open.opening.attempts(),
          "tooFewCommitments",
          open.tooFew);
    }
    open.attempts++;
    open.accepted = e.decision().acceptedIndexes().size();
    open.differing = 0;
    open.pending = true;
    open.attestationDeadline = time + open.opening.attestationSeconds();
  }

  private void attested(LedgerEvent.Attested e, long time) {
    open.differing += e.attestation().finding() == Finding.DIFFER ? 1 : 0;
    requireBefore(
        open.attestationDeadline,
        time,
        "contract",
        "an attestation came after its deadline",
        "attempt",
        open.attempts);
  }

  private void failed(LedgerEvent.PublicationFailed e, long time) {
    if (e.reason() == FailureReason.DEADLINE) {
      requireAfter(
          open.attestationDeadline,
          time,
          "contract",
          "a publication failed at a deadline that had not passed",
          "attempt",
          e.attempt());
    } else if (open.differing <= open.verifiers - open.attestationThreshold) {
      open.findings.problem(
          "contract",
          "a publication failed as disputed with too few verifiers who differ",
          "differing",
          open.differing,
          "tolerated",
          open.verifiers - open.attestationThreshold);
    }
    open.pending = false;
    open.publicationDeadline =
        Math.min(
            Math.max(time, open.revealDeadline) + open.opening.publicationSeconds(),
            open.opening.latestPublication(open.attempts + 1));
  }

  private void finished(LedgerEvent.VersionFinal e) {
    if (e.attempt() != open.attempts) {
      open.findings.problem(
          "contract",
          "a version became final in another attempt than the pending one",
          "recorded",
          e.attempt(),
          "pending",
          open.attempts);
    }
  }

  private void aborted(LedgerEvent.RoundAborted e, long time) {
    if (e.reason() == AbortReason.DEADLINE && open.closed && !open.pending) {
      requireAfter(
          open.publicationDeadline,
          time,
          "contract",
          "the round was aborted at a deadline that had not passed",
          "reason",
          e.reason());
    }
    boolean fits =
        switch (e.reason()) {
          case COORDINATOR -> !open.closed && open.stage == 0;
          case TOO_FEW_COMMITMENTS -> open.tooFew;
          case TOO_FEW_ACCEPTED -> open.pending && open.accepted < created.quorum();
          case NO_AGGREGATE -> open.pending && open.accepted >= created.quorum();
          case DEADLINE -> open.closed && !open.tooFew && !open.pending && !exhausted();
          case ATTEMPTS_EXHAUSTED -> open.closed && !open.pending && exhausted();
        };
    if (!fits) {
      open.findings.problem(
          "contract",
          "the round was aborted for a reason that does not fit where it stood",
          "reason",
          e.reason(),
          "commitsClosed",
          open.closed,
          "committed",
          open.committed,
          "attempts",
          open.attempts);
    }
  }

  private boolean exhausted() {
    return open.attempts >= open.opening.attempts();
  }

  private void requireBefore(
      long deadline, long time, String who, String otherwise, String name, Object value) {
    if (time > deadline) {
      open.findings.problem(who, otherwise, name, value, "blockTime", time, "deadline", deadline);
    }
  }

  private void requireAfter(
      long deadline, long time, String who, String otherwise, String name, Object value) {
    if (time <= deadline) {
      open.findings.problem(who, otherwise, name, value, "blockTime", time, "deadline", deadline);
    }
  }
}
