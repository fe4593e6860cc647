package org.fedledger.node.round;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.fedledger.ledger.FederationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps the driver on one virtual thread, whenever there may be something to do. */
public final class RoundLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RoundLoop.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How long closing waits for a step that is under way; repeating it later is harmless. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RoundDriver driver;
  private final Supplier<Optional<FederationState>> states;
  private final Consumer<Step> onStep;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition nudged = lock.newCondition();
  private boolean due = true;
  private boolean stopped;
  private Thread thread;
  private String lastWhy = "";

  /**
   * @param onStep told of each step, on the loop's thread
   */
  public RoundLoop(
      RoundDriver driver, Supplier<Optional<FederationState>> states, Consumer<Step> onStep) {
    this.driver = driver;
    this.states = states;
    this.onStep = onStep;
  }

  public void start() {
    thread = Thread.ofVirtual().name("rounds").start(this::run);
  }

  /** Says that there may be something to do. Never blocks for long. */
  public void nudge() {
    lock.lock();
    try {
      due = true;
      nudged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      nudged.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread != null && !thread.join(PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (awaitDue()) {
      try {
        states.get().ifPresent(this::step);
        pause = FIRST_PAUSE;
      } catch (RuntimeException e) {
        if (isStopped()) {
          return;
        }
        LOG.warn("a step failed and will be tried again: {}", e.toString(), e);
        awaitStop(pause);
        pause = longer(pause);
        nudge();
      }
    }
  }

  private void step(FederationState state) {
    try {
      Step step = driver.step(state);
      talk(step);
      onStep.accept(step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each reason to wait is said once, not with every block. */
  private void talk(Step step) {
    String why = step instanceof Step.Idle(String idle) ? idle : "";
    if (!why.equals(lastWhy) && !why.isEmpty()) {
      LOG.info("waiting: {}", why);
    }
    lastWhy = why;
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** Waits until a step is due; false once the loop is to end. */
  private boolean awaitDue() {
    lock.lock();
    try {
      while (!due && !stopped) {
        nudged.awaitUninterruptibly();
      }
      due = false;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  private void awaitStop(Duration atMost) {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (!stopped && nanos > 0) {
        nanos = nudged.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      // Only closing interrupts, after it has set the flag that is looked at next.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
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
}
