package org.fedledger.node.chain;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;

/** A ledger that notes when it last answered. */
final class MonitoredLedger implements LedgerReader {

  private final LedgerReader ledger;
  private final InstantSource clock;
  private volatile Instant answered;

  MonitoredLedger(LedgerReader ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** How long ago it last told its head; empty if it never did. */
  Optional<Duration> silence() {
    return Optional.ofNullable(answered).map(at -> Duration.between(at, clock.instant()));
  }

  @Override
  public SigningDomain domain() {
    return ledger.domain();
  }

  @Override
  public BlockRef head() {
    BlockRef head = ledger.head();
    answered = clock.instant();
    return head;
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return ledger.block(number);
  }

  @Override
  public boolean isWithoutEvents(BlockRef block) {
    return ledger.isWithoutEvents(block);
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
