package org.fedledger.role;

import java.time.Duration;

/**
 * How long each part of a round may take, and how often it may be published.
 *
 * @param commit from the opening to the commit deadline
 * @param reveal from the closing of commits
 * @param publication for each attempt
 * @param attestation for each publication
 * @param attempts how many publications may be tried, 1 to 64
 */
public record RoundWindows(
    Duration commit, Duration reveal, Duration publication, Duration attestation, int attempts) {

  /** More would hold up a federation whose aggregators all fail; no aggregator tries twice. */
  public static final int DEFAULT_ATTEMPTS = 8;

  private static final int MOST_ATTEMPTS = 64;

  /** Stands before {@link #DEFAULT}, whose constructor compares with it. */
  private static final Duration LONGEST = Duration.ofDays(30);

  /** An hour to train, and ten minutes for each step that machines do: four hours at the most. */
  public static final RoundWindows DEFAULT =
      ofSteps(Duration.ofHours(1), Duration.ofMinutes(10), DEFAULT_ATTEMPTS);

  public RoundWindows {
    for (Duration window : new Duration[] {commit, reveal, publication, attestation}) {
      if (window.toSeconds() < 1 || window.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a window is 1 second to 30 days, not %d seconds".formatted(window.toSeconds()));
      }
    }
    if (attempts < 1 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts are 1 to %d, not %d".formatted(MOST_ATTEMPTS, attempts));
    }
    Duration life = life(commit, reveal, publication, attestation, attempts);
    if (life.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          ("all windows together are at most 30 days, not %d seconds:"
                  + " give shorter ones, or fewer attempts")
              .formatted(life.toSeconds()));
    }
  }

  /** With the same time for reveal, publication and attestation. */
  public static RoundWindows ofSteps(Duration commit, Duration step, int attempts) {
    return new RoundWindows(commit, step, step, step, attempts);
  }

  /** How long a round lasts if all that may wait waits, and every attempt fails. */
  public Duration longestLife() {
    return life(commit, reveal, publication, attestation, attempts);
  }

  private static Duration life(
      Duration commit, Duration reveal, Duration publication, Duration attestation, int attempts) {
    return commit.plus(reveal).plus(publication.plus(attestation).multipliedBy(attempts));
  }
}
