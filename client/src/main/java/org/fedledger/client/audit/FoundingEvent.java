package org.fedledger.client.audit;

import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.ContractCode;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;

/** How a federation began, and whether that made its contract the one of this build. */
public final class FoundingEvent {

  private FoundingEvent() {}

  /** The event with which the record begins; empty if that is not the founding of a federation. */
  public static Optional<RecordedEvent> of(LedgerReader ledger) {
    long head = ledger.head().number();
    for (long from = 0; from <= head; from += LedgerReader.MAX_SPAN) {
      List<RecordedEvent> events =
          ledger.events(from, Math.min(head, from + LedgerReader.MAX_SPAN - 1));
      if (!events.isEmpty()) {
        return Optional.of(events.getFirst())
            .filter(e -> e.event() instanceof LedgerEvent.FederationCreated);
      }
    }
    return Optional.empty();
  }

  /** Why nothing that the contract says means anything; empty if it is this build's. */
  public static Optional<String> lookAlike(ContractCode.Finding finding) {
    return switch (finding) {
      case ContractCode.Finding.Same _ -> Optional.empty();
      case ContractCode.Finding.Different(String how) ->
          Optional.of("the contract is not this build's: " + how);
      case ContractCode.Finding.Absent _ -> Optional.of("there is no contract at this address");
    };
  }
}
