package org.fedledger.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.signing.SigningDomain;

/** A ledger that counts what it is asked, and lets something happen in the middle of a look. */
final class ScriptedReader implements LedgerReader {

  record Span(long from, long to) {}

  private final LedgerReader ledger;
  final List<Span> asked = new CopyOnWriteArrayList<>();
  final AtomicInteger subscriptions = new AtomicInteger();
  private final List<Runnable> beforeEvents = new ArrayList<>();
  private BlockRef head;

  ScriptedReader(LedgerReader ledger) {
    this.ledger = ledger;
  }

  /** Runs once, before the next events are read. */
  synchronized void beforeEvents(Runnable happening) {
    beforeEvents.add(happening);
  }

  /** Tells of this head instead of the real one. */
  synchronized void head(BlockRef told) {
    head = told;
  }

  @Override
  public SigningDomain domain() {
    return ledger.domain();
  }

  @Override
  public synchronized BlockRef head() {
    return head != null ? head : ledger.head();
  }

  @Override
  public synchronized Optional<BlockRef> block(long number) {
    if (head == null || number > head.number()) {
      return ledger.block(number);
    }
    return number == head.number()
        ? Optional.of(head)
        : ledger
            .block(number)
            .or(() -> Optional.of(new BlockRef(number, head.hash(), head.parent(), 0)));
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    asked.add(new Span(from, to));
    List<Runnable> now;
    synchronized (this) {
      now = List.copyOf(beforeEvents);
      beforeEvents.clear();
    }
    now.forEach(Runnable::run);
    return ledger.events(from, to);
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    subscriptions.incrementAndGet();
    Subscription real = ledger.subscribe(onHead);
    return () -> {
      subscriptions.decrementAndGet();
      real.close();
    };
  }
}
