package org.fedledger.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to move. */
public final class TestClock implements InstantSource {

  private volatile Instant now;

  private TestClock(Instant now) {
    this.now = now;
  }

  /** Stands at a time of no meaning. */
  public static TestClock standing() {
    return new TestClock(Instant.ofEpochSecond(1_700_000_000));
  }

  @Override
  public Instant instant() {
    return now;
  }

  public long seconds() {
    return now.getEpochSecond();
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  /** Goes to this second, since 1970 UTC; never back. */
  public synchronized void moveTo(long seconds) {
    Instant there = Instant.ofEpochSecond(seconds);
    if (there.isBefore(now)) {
      throw new IllegalArgumentException("time does not go back to " + there + " from " + now);
    }
    now = there;
  }
}
