package org.fedledger.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.loop.Pulse;
import org.fedledger.retry.Backoff;

/**
 * Keeps a {@link FederationState} in step with the ledger.
 *
 * <p>Survives a ledger that is away for a while (it asks again), one that was restarted, and a
 * reorg: it remembers the hashes of the blocks it stood at, and goes back to the last one that is
 * still on the chain. Looks only at blocks with the given number of confirmations above them.
 */
public final class LedgerFollower implements Loop, AutoCloseable {

  /** How long to wait for a hint before looking anyway, unless blocks come seldom. */
  public static final Duration DEFAULT_POLL = Duration.ofMillis(500);

  /** Checkpoints kept to go back to; one deeper reorg costs reading the record anew. */
  private static final int CHECKPOINTS = 64;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final LedgerReader ledger;
  private final LedgerFeed feed;
  private final Duration poll;
  private final Deque<FederationState> checkpoints = new ArrayDeque<>();
  private final List<Consumer<FederationState>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<RuntimeException>> troubleListeners = new CopyOnWriteArrayList<>();

  private final List<Consumer<Error>> deathListeners = new CopyOnWriteArrayList<>();
  private final Pulse pulse = new Pulse();

  private final ReentrantLock refreshing = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile FederationState state;
  private volatile Error death;
  private boolean hinted;
  private boolean stopped;
  private Thread thread;
  private LedgerReader.Subscription subscription;

  /**
   * @param firstBlock block of the contract's deployment or any before it
   * @param confirmations blocks that must stand above one that is acted on; 0 on QBFT
   */
  public LedgerFollower(LedgerReader ledger, long firstBlock, int confirmations, Duration poll) {
    this(ledger, new LedgerFeed(ledger, firstBlock, confirmations), poll);
  }

  /**
   * @param feed of that ledger, and this follower's own
   */
  public LedgerFollower(LedgerReader ledger, LedgerFeed feed, Duration poll) {
    this.ledger = ledger;
    this.feed = feed;
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

  /** Calls {@code listener} if an {@link Error} ends the follower, so that it follows no more. */
  public void onDeath(Consumer<Error> listener) {
    deathListeners.add(listener);
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public Liveness liveness() {
    return pulse.liveness();
  }

  /** Starts to follow on a virtual thread of its own. */
  public void start() {
    lock.lock();
    try {
      if (thread == null && !stopped) {
        pulse.began();
        subscription = ledger.subscribe(this::hint);
        // Not a virtual thread: these share few processors with all that is asked of the process.
        thread = Thread.ofPlatform().daemon().name("ledger-follower").start(this::followOrDie);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks now, on the caller's thread, and returns what follows from the ledger.
   *
   * @throws LedgerUnreachableException if it does not answer
   * @throws ContradictionException if the record, read anew, contradicts itself
   * @throws IllegalStateException if it records no federation
   */
  public FederationState refresh() {
    refreshing.lock();
    try {
      feed.advance(new Checkpoints());
      if (checkpoints.isEmpty()) {
        throw new IllegalStateException("no event yet: there is no federation at this address");
      }
      return publish(checkpoints.getLast());
    } finally {
      refreshing.unlock();
    }
  }

  /** The states seen, to which a reorg leads back. */
  private final class Checkpoints implements LedgerFeed.Consumer {

    @Override
    public Optional<LedgerFeed.Place> placeBelow(long number) {
      Iterator<FederationState> newestFirst = checkpoints.descendingIterator();
      while (newestFirst.hasNext()) {
        BlockRef at = newestFirst.next().at();
        if (at.number() < number) {
          return Optional.of(LedgerFeed.Place.of(at));
        }
      }
      return Optional.empty();
    }

    @Override
    public void take(LedgerFeed.Change change) {
      switch (change) {
        case LedgerFeed.Change.Committed(BlockRef block, List<RecordedEvent> events) ->
            readOn(block, events);
        case LedgerFeed.Change.Reorged(Optional<LedgerFeed.Place> to) -> {
          long last = to.map(LedgerFeed.Place::number).orElse(-1L);
          while (!checkpoints.isEmpty() && checkpoints.peekLast().at().number() > last) {
            checkpoints.removeLast();
          }
        }
      }
    }

    private void readOn(BlockRef block, List<RecordedEvent> events) {
      FederationState last = checkpoints.peekLast();
      if (events.isEmpty()) {
        // Before the founding there is no state.
        if (last != null) {
          add(last.at(block));
        }
        return;
      }
      StateFold fold = last == null ? new StateFold() : StateFold.from(last);
      try {
        events.forEach(fold::apply);
      } catch (IllegalStateException e) {
        throw new ContradictionException(e);
      }
      add(fold.snapshot(block));
    }

    private void add(FederationState state) {
      checkpoints.addLast(state);
      if (checkpoints.size() > CHECKPOINTS) {
        checkpoints.removeFirst();
      }
    }
  }

  /**
   * The last state seen; looks if none was yet.
   *
   * @throws Error that ended the follower, after which what was seen grows old
   */
  public FederationState state() {
    if (death != null) {
      throw death;
    }
    FederationState seen = state;
    return seen != null ? seen : refresh();
  }

  /**
   * Waits until a state fits. The follower must have been started.
   *
   * @throws TimeoutException if none did in that time
   * @throws Error that ended the follower
   */
  public FederationState await(Predicate<FederationState> fits, Duration atMost)
      throws TimeoutException, InterruptedException {
    long nanos = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (state == null || !fits.test(state)) {
        if (death != null) {
          throw death;
        }
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

  private void followOrDie() {
    try {
      follow();
      pulse.ended();
    } catch (Error e) {
      die(e);
    }
  }

  private void die(Error why) {
    pulse.died(why);
    lock.lock();
    try {
      death = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    deathListeners.forEach(listener -> listener.accept(why));
  }

  private void follow() {
    Backoff backoff = new Backoff(poll.multipliedBy(2), LONGEST_PAUSE);
    BlockCadence cadence = new BlockCadence(poll);
    BlockRef told = null;
    while (!isStopped()) {
      try {
        FederationState next = refresh();
        cadence.looked(next.at().number(), System.nanoTime());
        if (!next.at().equals(told)) {
          told = next.at();
          listeners.forEach(l -> l.accept(next));
        }
        backoff.reset();
        pulse.succeeded();
        pause(cadence.pause());
      } catch (RuntimeException e) {
        pulse.failed(e);
        // Whatever it was, the ledger is asked again: a follower that stops is worse than one late.
        tell(e);
        pause(backoff.next());
      }
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
