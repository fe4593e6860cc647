package org.fedledger.retry;

import java.time.Duration;

/**
 * The pauses of whoever asks again and again: twice as long after each failure, up to a bound, and
 * short again after a success. Waits for nothing itself. For one thread.
 */
public final class Backoff {

  private final Duration first;
  private final Duration longest;
  private Duration last;

  /**
   * @param first pause after the first failure, longer than zero; shortened to the longest
   * @param longest that no pause exceeds
   */
  public Backoff(Duration first, Duration longest) {
    if (!first.isPositive() || !longest.isPositive()) {
      throw new IllegalArgumentException(
          "pauses from %s up to %s are no backoff".formatted(first, longest));
    }
    this.first = shorter(first, longest);
    this.longest = longest;
  }

  /** The pause after one more failure. */
  public Duration next() {
    last = last == null ? first : shorter(last.multipliedBy(2), longest);
    return last;
  }

  /** Something succeeded. */
  public void reset() {
    last = null;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
