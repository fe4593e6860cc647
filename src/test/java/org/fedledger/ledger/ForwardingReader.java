package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import org.fedledger.signing.SigningDomain;

/** A ledger that is another one, but for what a test changes. */
public class ForwardingReader implements LedgerReader {

  private final LedgerReader ledger;

  public ForwardingReader(LedgerReader ledger) {
    this.ledger = ledger;
  }

  @Override
  public SigningDomain domain() {
    return ledger.domain();
  }

  @Override
  public BlockRef head() {
    return ledger.head();
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return ledger.block(number);
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    return ledger.events(from, to);
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return ledger.subscribe(onHead);
  }
}
