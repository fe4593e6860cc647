package org.fedledger.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/**
 * How often blocks come, and so how long it makes sense to wait before the next look: half as long
 * as the shortest of the last waits for a block, within bounds.
 */
final class BlockCadence {

  private static final int REMEMBERED = 4;
  private static final int LONGEST = 4;

  private final Duration shortest;
  private final Deque<Long> waits = new ArrayDeque<>();
  private long number = -1;
  private long seenAt;

  /**
   * @param shortest pause; the longest is four times it
   */
  BlockCadence(Duration shortest) {
    this.shortest = shortest;
  }

  /**
   * A look was taken.
   *
   * @param newest block that it found
   * @param nanos of a clock that only counts
   */
  void looked(long newest, long nanos) {
    if (newest == number) {
      return;
    }
    if (number >= 0 && newest > number) {
      waits.addLast((nanos - seenAt) / (newest - number));
      if (waits.size() > REMEMBERED) {
        waits.removeFirst();
      }
    }
    number = newest;
    seenAt = nanos;
  }

  /** How long to wait for the next look. */
  Duration pause() {
    if (waits.size() < REMEMBERED) {
      return shortest;
    }
    Duration half = Duration.ofNanos(Collections.min(waits) / 2);
    Duration longest = shortest.multipliedBy(LONGEST);
    Duration bounded = half.compareTo(longest) < 0 ? half : longest;
    return bounded.compareTo(shortest) < 0 ? shortest : bounded;
  }
}
