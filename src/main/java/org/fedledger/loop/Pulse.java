package org.fedledger.loop;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Where a loop says how it fares, for others to look at. Safe for many threads. */
public final class Pulse {

  private final LongSupplier nanos;
  private boolean alive;
  private int failures;
  private String trouble;
  private long succeededAt;
  private long failingSince;

  public Pulse() {
    this(System::nanoTime);
  }

  /**
   * @param nanos the time, as {@link System#nanoTime} tells it
   */
  Pulse(LongSupplier nanos) {
    this.nanos = nanos;
    this.succeededAt = nanos.getAsLong();
  }

  public synchronized void began() {
    alive = true;
  }

  public synchronized void succeeded() {
    failures = 0;
    trouble = null;
    succeededAt = nanos.getAsLong();
  }

  public synchronized void failed(Exception why) {
    failed(why.toString());
  }

  private void failed(String why) {
    if (failures == 0) {
      failingSince = nanos.getAsLong();
    }
    failures++;
    trouble = why;
  }

  public synchronized void ended() {
    alive = false;
  }

  /** The loop has ended for good, by no wish of anybody. */
  public synchronized void died(Error why) {
    alive = false;
    failed(why.toString());
  }

  public synchronized Liveness liveness() {
    long now = nanos.getAsLong();
    return new Liveness(
        alive,
        Duration.ofNanos(now - succeededAt),
        failures == 0 ? Duration.ZERO : Duration.ofNanos(now - failingSince),
        failures,
        Optional.ofNullable(trouble));
  }
}
