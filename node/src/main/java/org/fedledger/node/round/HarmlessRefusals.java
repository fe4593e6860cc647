package org.fedledger.node.round;

import java.util.Set;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;

/** Which refusals only say that a step is not needed any more, or not yet. */
final class HarmlessRefusals {

  /** The round has moved on, or the deadline is not past in the block that was tried. */
  private static final Set<String> MOVED_ON =
      Set.of("WrongPhase", "UnknownRound", "DeadlineNotPassed");

  /** Another aggregator's attempt was first, this node's own is there, or it came too late. */
  private static final Set<String> PUBLISHED =
      Set.of("AlreadyPublished", "WrongAttempt", "DeadlinePassed", "MissingBeforeReveal");

  private HarmlessRefusals() {}

  static boolean include(LedgerAction action, Outcome.Refused refusal) {
    return MOVED_ON.contains(refusal.error())
        || action instanceof LedgerAction.Publish && PUBLISHED.contains(refusal.error());
  }
}
