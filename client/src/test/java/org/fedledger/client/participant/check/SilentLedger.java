package org.fedledger.client.participant.check;

import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;

/** A chain on which nothing of the federation is recorded. */
record SilentLedger(LedgerReader chain) implements LedgerReader {

  @Override
  public SigningDomain domain() {
    return chain.domain();
  }

  @Override
  public BlockRef head() {
    return chain.head();
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return chain.block(number);
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    return List.of();
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return chain.subscribe(onHead);
  }
}
