package org.fedledger.loop;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a loop goes round, and with what success.
 *
 * @param alive false before the start, after the end, and after an {@link Error}
 * @param sinceSuccess how long ago it last went round without a failure, or else was made
 * @param failing for how long it has done nothing but fail; zero if it did not fail the last time
 * @param failures in a row
 * @param trouble why the last one failed; empty if it did not
 */
public record Liveness(
    boolean alive,
    Duration sinceSuccess,
    Duration failing,
    int failures,
    Optional<String> trouble) {

  /**
   * Whether it is at work: one round may take long, as a computation does; failing again and again
   * may not.
   *
   * @param patience for which it may fail
   */
  public boolean isWell(Duration patience) {
    return alive && failing.compareTo(patience) <= 0;
  }
}
