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

/** A ledger that notes when it last answered, and what its newest block was since when. */
class MonitoredLedger implements LedgerReader {

  private final LedgerReader ledger;
  private final InstantSource clock;
  private volatile Instant answered;
  private volatile Look last;
  private volatile Instant moved;

  private record Look(BlockRef head, long nanos) {}

  MonitoredLedger(LedgerReader ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
    this.moved = clock.instant();
  }

  /** How long ago it last told its head; empty if it never did. */
  Optional<Duration> silence() {
    return Optional.ofNullable(answered).map(at -> Duration.between(at, clock.instant()));
  }

  /** How long its head has not moved, as far as was looked. */
  Duration standstill() {
    return Duration.between(moved, clock.instant());
  }

  /** The newest block that it told; empty if it never did. */
  Optional<BlockRef> newest() {
    return Optional.ofNullable(last).map(Look::head);
  }

  @Override
  public SigningDomain domain() {
    return ledger.domain();
  }

  @Override
  public BlockRef head() {
    BlockRef head = ledger.head();
    answered = clock.instant();
    if (last == null || !head.equals(last.head())) {
      moved = answered;
    }
    last = new Look(head, System.nanoTime());
    return head;
  }

  /**
   * The same ledger for those who need not be the first to know: its newest block is the one that
   * was told to others, unless nobody asked for longer than that.
   */
  LedgerReader within(Duration age) {
    return new MonitoredLedger(this, clock) {
      @Override
      public BlockRef head() {
        Look look = MonitoredLedger.this.last;
        return look != null && System.nanoTime() - look.nanos() < age.toNanos()
            ? look.head()
            : MonitoredLedger.this.head();
      }
    };
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
