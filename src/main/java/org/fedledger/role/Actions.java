package org.fedledger.role;

import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;

/** Asks the ledger for what a role wants, and says what its answer means. */
final class Actions {

  /** The round has moved on, or the deadline is not past in the block that was tried. */
  private static final Set<String> MOVED_ON =
      Set.of("WrongPhase", "UnknownRound", "DeadlineNotPassed");

  /** The commitment is there, or it came too late. */
  private static final Set<String> COMMITTED = Set.of("AlreadyCommitted", "DeadlinePassed");

  /** Another aggregator's attempt was first, this one's own is there, or it came too late. */
  private static final Set<String> PUBLISHED =
      Set.of(
          "AlreadyPublished",
          "WrongAttempt",
          "NoAttemptLeft",
          "DeadlinePassed",
          "MissingBeforeReveal");

  /** The attestation is there, the publication was decided without it, or it came too late. */
  private static final Set<String> ATTESTED =
      Set.of("AlreadyAttested", "UnknownPublication", "DeadlinePassed");

  /** A round is open already, what it would build on is not the base any more, or it came late. */
  private static final Set<String> OPENED =
      Set.of("RoundIsOpen", "WrongBase", "InvalidCommitDeadline");

  /** The round was published, or its last attempt failed, since it was looked at. */
  private static final Set<String> ABORTED = Set.of("InvalidAbortReason");

  private final Ledger ledger;

  /** Block of the last action; an older state does not show it yet. */
  private long actedIn = -1;

  Actions(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Why nothing is to be done in this state: it is older than this role's last action. */
  Optional<Step> outrun(FederationState state) {
    return state.at().number() < actedIn
        ? Optional.of(new Step.Idle("block %d is not confirmed yet".formatted(actedIn)))
        : Optional.empty();
  }

  /**
   * @param what the action in words, for when it was taken
   */
  Step submit(String what, LedgerAction action) {
    return switch (ledger.submit(action)) {
      case Outcome.Mined mined -> {
        actedIn = mined.block().number();
        yield new Step.Submitted(what, action, mined);
      }
      case Outcome.Refused refusal when notNeeded(action, refusal) ->
          new Step.AlreadyDone(action, refusal);
      case Outcome.Refused refusal -> new Step.Refused(action, refusal);
    };
  }

  /** Whether a refusal only says that a step is not needed any more, or not yet. */
  private static boolean notNeeded(LedgerAction action, Outcome.Refused refusal) {
    String error = refusal.error();
    return MOVED_ON.contains(error)
        || switch (action) {
          case LedgerAction.Publish _ -> PUBLISHED.contains(error);
          case LedgerAction.Attest _ -> ATTESTED.contains(error);
          case LedgerAction.OpenRound _ -> OPENED.contains(error);
          case LedgerAction.AbortRound _ -> ABORTED.contains(error);
          case LedgerAction.Commit _ -> COMMITTED.contains(error);
          default -> false;
        };
  }
}
