package org.fedledger.client.participant.command;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;

/** One look at the ledger. */
final class StateSnapshot {

  private StateSnapshot() {}

  static FederationState at(LedgerReader ledger, int confirmations) {
    try (LedgerFollower follower = new LedgerFollower(ledger, confirmations)) {
      return follower.refresh();
    }
  }
}
