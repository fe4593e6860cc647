package org.fedledger.node.round;

import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;

/** What one look at a round led to. */
public sealed interface Step {

  /** There was nothing to do, or something is missing. */
  record Idle(String why) implements Step {}

  /** The ledger took an action. */
  record Done(LedgerAction action, Outcome.Mined mined) implements Step {}

  /** Somebody else, or this node before a restart, had done it; the ledger will tell. */
  record AlreadyDone(LedgerAction action, Outcome.Refused refusal) implements Step {}

  /** The ledger refused what it should have taken. The same publication is not tried again. */
  record Refused(LedgerAction action, Outcome.Refused refusal) implements Step {}
}
