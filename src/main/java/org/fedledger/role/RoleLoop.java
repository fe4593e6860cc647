package org.fedledger.role;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fedledger.ledger.FederationState;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.loop.Pulse;
import org.fedledger.retry.Backoff;

/**
 * Steps one role whenever there may be something to do: the one driver of all roles outside of
 * simulations.
 *
 * <p>What fails is tried again after a pause that grows; an {@link Error}, as when memory is used
 * up, ends the loop, and is to end the process: a party that only seems to be at work is worse than
 * one that is away.
 */
public final class RoleLoop implements Loop, AutoCloseable {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How long closing waits for a step that is under way; repeating it later is harmless. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** Is told what a loop goes through, on the loop's thread. */
  public interface Watcher {

    /** A step was done. */
    default void stepped(Step step) {}

    /** Why the role waits; each reason is told once, not with every block. */
    default void waiting(String why) {}

    /** A step failed and will be tried again. */
    default void failed(Exception trouble, Duration pause) {}

    /** The loop has ended for good; nobody steps this role any more. */
    void died(Error why);
  }

  private final String name;
  private final Role role;
  private final Supplier<Optional<FederationState>> states;
  private final Duration longestWait;
  private final Watcher watcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Pulse pulse = new Pulse();
  private final Condition nudged = lock.newCondition();
  private boolean due = true;
  private boolean stopped;
  private Thread thread;
  private String lastWhy = "";

  /**
   * @param name of the role, for threads and people
   * @param states what is known of the ledger, empty while it is not
   * @param longestWait after which the role looks again although nobody nudged
   */
  public RoleLoop(
      String name,
      Role role,
      Supplier<Optional<FederationState>> states,
      Duration longestWait,
      Watcher watcher) {
    this.name = name;
    this.role = role;
    this.states = states;
    this.longestWait = longestWait;
    this.watcher = watcher;
  }

  /** What the role is called. */
  @Override
  public String name() {
    return name;
  }

  /** Steps the role on a thread of its own, until the loop is closed. */
  public void start() {
    pulse.began();
    // Not a virtual thread: these share few processors with all that is asked of the process.
    thread = Thread.ofPlatform().daemon().name(name).start(this::runOrDie);
  }

  private void runOrDie() {
    try {
      run(_ -> false);
    } catch (Error e) {
      watcher.died(e);
    }
  }

  /**
   * Steps the role on the caller's thread until the loop is to end, or is closed.
   *
   * @param end whether nothing is to be done any more, asked after each look at the ledger
   * @throws Error as a step threw it; the process is to end
   */
  public void run(Predicate<FederationState> end) {
    pulse.began();
    try {
      Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
      boolean ended = false;
      while (!ended && awaitDue()) {
        try {
          Optional<FederationState> state = states.get();
          if (state.isPresent()) {
            step(state.get());
            ended = end.test(state.get());
          }
          pulse.succeeded();
          backoff.reset();
        } catch (IOException | RuntimeException e) {
          if (isStopped()) {
            return;
          }
          pulse.failed(e);
          Duration pause = backoff.next();
          watcher.failed(e, pause);
          awaitStop(pause);
          nudge();
        }
      }
    } catch (Error e) {
      pulse.died(e);
      throw e;
    } finally {
      pulse.ended();
    }
  }

  private void step(FederationState state) throws IOException {
    Step step = role.step(state);
    watcher.stepped(step);
    String why =
        switch (step) {
          case Step.Idle(String idle) -> idle;
          case Step.Refused refused -> "the ledger refused it: " + refused.refusal();
          case Step.Did _, Step.Submitted _, Step.AlreadyDone _ -> "";
        };
    if (!why.isEmpty() && !why.equals(lastWhy)) {
      watcher.waiting(why);
    }
    lastWhy = why;
    if (step instanceof Step.Did) {
      nudge();
    }
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
  public Liveness liveness() {
    return pulse.liveness();
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
      if (thread != null && !thread.join(STOP)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a step is due; false once the loop is to end. */
  private boolean awaitDue() {
    lock.lock();
    try {
      long nanos = longestWait.toNanos();
      while (!due && !stopped && nanos > 0) {
        nanos = nudged.awaitNanos(nanos);
      }
      due = false;
      return !stopped;
    } catch (InterruptedException e) {
      // Only closing interrupts, and a command that is to end.
      Thread.currentThread().interrupt();
      return false;
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
      // Looked at again by the wait that follows.
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
