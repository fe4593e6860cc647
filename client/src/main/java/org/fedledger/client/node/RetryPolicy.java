package org.fedledger.client.node;

import java.time.Duration;

/**
 * How long and how often a node is asked.
 *
 * @param connect to get a connection
 * @param answer to get an answer to a small request, and the longest silence in a download
 * @param attempts how often a request that may be repeated is sent, at least 1
 * @param pause before the second attempt; doubled before each further one, up to {@link #LONGEST}
 */
public record RetryPolicy(Duration connect, Duration answer, int attempts, Duration pause) {

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(10), Duration.ofSeconds(30), 4, Duration.ofMillis(250));

  static final Duration LONGEST = Duration.ofSeconds(5);

  /** An upload may take this much longer for each byte; nodes wait as long. */
  private static final long SLOWEST_BYTES_PER_SECOND = 64 << 10;

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts are at least 1, not " + attempts);
    }
  }

  Duration upload(long bytes) {
    return answer.multipliedBy(2).plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  /** Before attempt 2, 3 and so on. */
  Duration before(int attempt) {
    Duration doubled = pause.multipliedBy(1L << Math.min(attempt - 2, 16));
    return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }
}
