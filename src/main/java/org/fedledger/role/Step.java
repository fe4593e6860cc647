package org.fedledger.role;

import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;

/** What one look of a role at the ledger led to. */
public sealed interface Step {

  /**
   * There was nothing to do, or something is missing.
   *
   * @param why for people; the same words as long as nothing changed
   */
  record Idle(String why) implements Step {}

  /**
   * It did what the ledger does not show, such as making or sending a file. There may be more to do
   * in the same state.
   *
   * @param what for people
   */
  record Did(String what) implements Step {}

  /**
   * The ledger took an action.
   *
   * @param what for people
   */
  record Submitted(String what, LedgerAction action, Outcome.Mined mined) implements Step {}

  /** Somebody else, or this party before a restart, had done it; the ledger will tell. */
  record AlreadyDone(LedgerAction action, Outcome.Refused refusal) implements Step {}

  /** The ledger refused what it should have taken. */
  record Refused(LedgerAction action, Outcome.Refused refusal) implements Step {}

  /** Whether the ledger refused an action for good, so that it is not to be tried again. */
  default boolean isRefusedForGood() {
    return this instanceof Refused refused && !refused.refusal().isForNow();
  }
}
