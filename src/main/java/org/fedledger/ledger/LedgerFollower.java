package org.fedledger.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps a {@link FederationState} in step with the ledger.
 *
 * <p>Survives a ledger that is away for a while (it asks again), one that was restarted, and a
 * reorg: it remembers the hashes of the blocks it stood at, and goes back to the last one that is
 * still on the chain. Looks only at blocks with the given number of confirmations above them.
 */
public final class LedgerFollower implements AutoCloseable {

  /** How long to wait for a hint before looking anyway. */
  public static final Duration DEFAULT_POLL = Duration.ofMillis(500);

  /** Checkpoints kept to go back to; one deeper reorg costs reading the record anew. */
  private static final int CHECKPOINTS = 64;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** How often one look begins anew because the chain was reorganised meanwhile. */
  private static final int LOOKS = 5;

  private final LedgerReader ledger;
  private final long firstBlock;
  private final int confirmations;
  private final Duration poll;
  private final Deque<FederationState> checkpoints = new ArrayDeque<>();
  private final List<Consumer<FederationState>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<RuntimeException>> troubleListeners = new CopyOnWriteArrayList<>();

  private final ReentrantLock refreshing = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile FederationState state;
  private boolean hinted;
  private boolean stopped;
  private Thread thread;
  private LedgerReader.Subscription subscription;

  /**
   * @param firstBlock block of the contract's deployment or any before it
   * @param confirmations blocks that must stand above one that is acted on; 0 on QBFT
   */
  public LedgerFollower(LedgerReader ledger, long firstBlock, int confirmations, Duration poll) {
    if (firstBlock < 0 || confirmations < 0) {
      throw new IllegalArgumentException("first block and confirmations are at least 0");
    }
    this.ledger = ledger;
    this.firstBlock = firstBlock;
    this.confirmations = confirmations;
    this.poll = poll;
  }

  public LedgerFollower(LedgerReader ledger, int confirmations) {
    this(ledger, 0, confirmations, DEFAULT_POLL);
  }

  /** Calls {@code listener} after each look that found a new block, on the follower's thread. */
  public void onState(Consumer<FederationState> listener) {
    listeners.add(listener);
  }

  /** Calls {@code listener} whenever a look failed; the follower goes on trying. */
  public void onTrouble(Consumer<RuntimeException> listener) {
    troubleListeners.add(listener);
  }

  /** Starts to follow on a virtual thread of its own. */
  public void start() {
    lock.lock();
    try {
      if (thread == null && !stopped) {
        subscription = ledger.subscribe(this::hint);
        thread = Thread.ofVirtual().name("ledger-follower").start(this::follow);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks now, on the caller's thread, and returns what follows from the ledger.
   *
   * @throws LedgerUnreachableException if it does not answer
   */
  public FederationState refresh() {
    refreshing.lock();
    try {
      for (int i = 0; i < LOOKS; i++) {
        Optional<FederationState> seen = look();
        if (seen.isPresent()) {
          return publish(seen.get());
        }
      }
    } finally {
      refreshing.unlock();
    }
    throw new LedgerUnreachableException(
        "the chain was reorganised during each of %d looks".formatted(LOOKS), null);
  }

  /** Empty if the chain was reorganised while it was read. */
  private Optional<FederationState> look() {
    BlockRef target = target();
    dropWhatIsNoLongerOnTheChain();
    FederationState last = checkpoints.peekLast();
    if (last != null && last.at().number() >= target.number()) {
      return Optional.of(last);
    }
    FederationState next;
    try {
      next = readOn(last, target);
    } catch (IllegalStateException contradiction) {
      if (isOnTheChain(target)) {
        throw contradiction;
      }
      return Optional.empty();
    }
    // What was read is of one chain only if the last block still stands.
    if (!isOnTheChain(target)) {
      return Optional.empty();
    }
    checkpoints.addLast(next);
    if (checkpoints.size() > CHECKPOINTS) {
      checkpoints.removeFirst();
    }
    return Optional.of(next);
  }

  private boolean isOnTheChain(BlockRef block) {
    return ledger.block(block.number()).filter(b -> b.hash().equals(block.hash())).isPresent();
  }

  /** The last state seen; looks if none was yet. */
  public FederationState state() {
    FederationState seen = state;
    return seen != null ? seen : refresh();
  }

  /**
   * Waits until a state fits. The follower must have been started.
   *
   * @throws TimeoutException if none did in that time
   */
  public FederationState await(Predicate<FederationState> fits, Duration atMost)
      throws TimeoutException, InterruptedException {
    long nanos = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (state == null || !fits.test(state)) {
        if (stopped) {
          throw new IllegalStateException("the follower was closed");
        }
        if (nanos <= 0) {
          throw new TimeoutException("not within " + atMost);
        }
        nanos = changed.awaitNanos(nanos);
      }
      return state;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    LedgerReader.Subscription ended;
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
      ended = subscription;
      if (thread != null) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
    // Outside the lock: a subscription may wait for a hint that is being given, which needs it.
    if (ended != null) {
      ended.close();
    }
  }

  private BlockRef target() {
    BlockRef head = ledger.head();
    if (confirmations == 0) {
      return head;
    }
    long number = Math.max(0, head.number() - confirmations);
    return ledger
        .block(number)
        .orElseThrow(() -> new LedgerUnreachableException("block " + number + " is gone", null));
  }

  private void dropWhatIsNoLongerOnTheChain() {
    while (!checkpoints.isEmpty()) {
      if (isOnTheChain(checkpoints.peekLast().at())) {
        return;
      }
      checkpoints.removeLast();
    }
  }

  private FederationState readOn(FederationState last, BlockRef target) {
    StateFold fold = last == null ? new StateFold() : null;
    long from = last == null ? firstBlock : last.at().number() + 1;
    while (from <= target.number()) {
      long to = Math.min(target.number(), from + LedgerReader.MAX_SPAN - 1);
      List<RecordedEvent> events = ledger.events(from, to);
      if (fold == null && !events.isEmpty()) {
        fold = StateFold.from(last);
      }
      for (RecordedEvent event : events) {
        fold.apply(event);
      }
      from = to + 1;
    }
    return fold == null ? last.at(target) : fold.snapshot(target);
  }

  private FederationState publish(FederationState next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void hint() {
    lock.lock();
    try {
      hinted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    Duration pause = poll;
    BlockRef told = null;
    while (!isStopped()) {
      try {
        FederationState next = refresh();
        if (!next.at().equals(told)) {
          told = next.at();
          listeners.forEach(l -> l.accept(next));
        }
        pause = poll;
      } catch (RuntimeException e) {
        // Whatever it was, the ledger is asked again: a follower that stops is worse than one late.
        tell(e);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
      pause(pause);
    }
  }

  private void tell(RuntimeException trouble) {
    for (Consumer<RuntimeException> listener : troubleListeners) {
      try {
        listener.accept(trouble);
      } catch (RuntimeException ignored) {
        // One listener's own trouble keeps neither the others nor the follower from going on.
      }
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  private void pause(Duration atMost) {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (!hinted && !stopped && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      hinted = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    } finally {
      lock.unlock();
    }
  }
}
