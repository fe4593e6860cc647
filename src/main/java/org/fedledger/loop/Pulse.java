package org.fedledger.loop;

import java.time.Duration;
import java.util.Optional;

/** Where a loop says how it fares, for others to look at. Safe for many threads. */
public final class Pulse {

  private boolean alive;
  private int failures;
  private String trouble;
  private long succeededAt = System.nanoTime();

  public synchronized void began() {
    alive = true;
  }

  public synchronized void succeeded() {
    failures = 0;
    trouble = null;
    succeededAt = System.nanoTime();
  }

  public synchronized void failed(Exception why) {
    failures++;
    trouble = why.toString();
  }

  public synchronized void ended() {
    alive = false;
  }

  /** The loop has ended for good, by no wish of anybody. */
  public synchronized void died(Error why) {
    alive = false;
    failures++;
    trouble = why.toString();
  }

  public synchronized Liveness liveness() {
    return new Liveness(
        alive,
        Duration.ofNanos(System.nanoTime() - succeededAt),
        failures,
        Optional.ofNullable(trouble));
  }
}
