package org.fedledger.verify;

import java.util.List;
import java.util.function.Supplier;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.TransactionHash;

/** Holds a record's events, one by one, against each claim that is about more than one round. */
final class RecordClaims {

  private final List<EventClaim> claims;
  private final Findings findings;
  private TransactionHash founding;
  private FoundingClaim founded;

  RecordClaims(LedgerReader ledger, Findings findings) {
    this.claims =
        List.of(
            new GovernanceClaim(ledger.domain()),
            new ConsentClaim(ledger.domain()),
            new BaseClaim(ledger),
            new OfficeNotes());
    this.findings = findings;
  }

  /** Goes on after a founding that was checked before. */
  void resume(TransactionHash transaction) {
    founding = transaction;
  }

  TransactionHash founding() {
    return founding;
  }

  /**
   * Takes the next event.
   *
   * @param before what follows from the events before it; dear, so asked for only where needed
   */
  void take(RecordedEvent event, Supplier<FederationState> before) {
    if (event.event() instanceof LedgerEvent.FederationCreated created) {
      founding = event.transaction();
      founded = new FoundingClaim(created, findings);
      founded.checkNumbers();
    }
    if (event.transaction().equals(founding)) {
      return;
    }
    endFounding(before);
    claims.forEach(claim -> claim.take(event, before, findings));
  }

  /** The founding's transaction is over, and so all of its events are known. */
  void endFounding(Supplier<FederationState> after) {
    if (founded != null) {
      founded.checkOffices(after.get());
      founded = null;
    }
  }
}
