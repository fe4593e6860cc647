package org.fedledger.client.participant.check;

import java.util.List;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;

/** A chain on which nothing of the federation is recorded. */
final class SilentLedger extends ForwardingReader {

  SilentLedger(LedgerReader chain) {
    super(chain);
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    return List.of();
  }
}
