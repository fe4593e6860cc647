package org.fedledger.simulation;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Virtual time, and what is due in it. Everything runs on the caller's thread, in order of time and
 * then of planning.
 *
 * <p>While something runs, time may be let pass: what falls due meanwhile runs at once, inside of
 * it, save what belongs to somebody who is busy already.
 */
final class Scheduler {

  /** What is run inside of one another at most, so that the stack stays small. */
  private static final int DEEPEST = 8;

  private record Due(long time, long order, Object owner, Runnable work) {}

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::time).thenComparingLong(Due::order));
  private final Set<Object> busy = new HashSet<>();
  private long now;
  private long planned;
  private int depth;

  /** Milliseconds since the simulation began. */
  long now() {
    return now;
  }

  /**
   * @param owner who is busy while it runs; two things of one owner never run at once
   * @param delay milliseconds from now
   */
  void plan(long delay, Object owner, Runnable work) {
    queue.add(new Due(now + delay, planned++, owner, work));
  }

  /**
   * Runs what is due until the condition holds.
   *
   * @return false if there was nothing left to do, or the time was over, before it held
   */
  boolean run(BooleanSupplier done, long until) {
    while (!done.getAsBoolean()) {
      Due next = queue.poll();
      if (next == null || next.time() > until) {
        return false;
      }
      run(next);
    }
    return true;
  }

  /** Lets time pass for whoever runs now; others go on meanwhile. */
  void pass(long milliseconds) {
    if (milliseconds == 0 || depth >= DEEPEST) {
      return;
    }
    long end = now + milliseconds;
    while (!queue.isEmpty() && queue.peek().time() <= end) {
      Due next = queue.poll();
      if (busy.contains(next.owner())) {
        queue.add(new Due(end + 1, planned++, next.owner(), next.work()));
      } else {
        run(next);
      }
    }
    now = Math.max(now, end);
  }

  private void run(Due due) {
    now = Math.max(now, due.time());
    busy.add(due.owner());
    depth++;
    try {
      due.work().run();
    } finally {
      depth--;
      busy.remove(due.owner());
    }
  }
}
