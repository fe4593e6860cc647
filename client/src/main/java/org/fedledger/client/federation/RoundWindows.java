package org.fedledger.client.federation;

import java.time.Duration;

/**
 * How long each step of a round may take.
 *
 * @param commit from the opening to the commit deadline
 * @param reveal from the closing of commits
 * @param publication for each attempt
 * @param attestation for each publication
 */
public record RoundWindows(
    Duration commit, Duration reveal, Duration publication, Duration attestation) {

  /** Stands before {@link #DEFAULT}, whose constructor compares with it. */
  private static final Duration LONGEST = Duration.ofDays(30);

  /** An hour to train, and ten minutes for each step that machines do. */
  public static final RoundWindows DEFAULT =
      new RoundWindows(
          Duration.ofHours(1),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10));

  public RoundWindows {
    for (Duration window : new Duration[] {commit, reveal, publication, attestation}) {
      if (window.toSeconds() < 1 || window.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a window is 1 second to 30 days, not %d seconds".formatted(window.toSeconds()));
      }
    }
  }
}
