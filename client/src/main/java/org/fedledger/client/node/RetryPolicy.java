package org.fedledger.client.node;

import java.time.Duration;
import org.fedledger.retry.Backoff;

/**
 * How long and how often a node is asked.
 *
 * @param connect to get a connection
 * @param answer to get an answer to a small request; a file may take longer
 * @param attempts how often a request that may be repeated is sent, at least 1
 * @param pause before the second attempt; doubled before each further one, up to {@link #LONGEST}
 */
public record RetryPolicy(Duration connect, Duration answer, int attempts, Duration pause) {

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(10), Duration.ofSeconds(30), 4, Duration.ofMillis(250));

  static final Duration LONGEST = Duration.ofSeconds(5);

  /** What is slower in either direction is given up; a node gives up only what is slower still. */
  private static final long SLOWEST_BYTES_PER_SECOND = 64 << 10;

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts are at least 1, not " + attempts);
    }
  }

  Duration upload(long bytes) {
    return answer.multipliedBy(2).plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  Duration download(long bytes) {
    return answer.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  /** The pauses between attempts. */
  Backoff backoff() {
    return new Backoff(pause, LONGEST);
  }
}
