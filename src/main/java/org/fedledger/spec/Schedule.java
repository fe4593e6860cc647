package org.fedledger.spec;

import java.util.List;
import java.util.Optional;

/**
 * A round's stages after the first, and how long its parts may take.
 *
 * @param laterStages at most 5; none for a rule whose updates take one message
 * @param windows what the opening of a round must keep; empty where each opening may choose
 */
public record Schedule(List<LaterStage> laterStages, Optional<Windows> windows) {

  /** One stage, and whatever windows a round is opened with. */
  public static final Schedule ONE_STAGE = new Schedule(List.of(), Optional.empty());

  public static final int MAX_LATER_STAGES = 5;

  /** Longest time of all windows together, which the ledger enforces. */
  public static final long MAX_SECONDS = 30L * 24 * 60 * 60;

  public static final int MAX_ATTEMPTS = 64;

  public Schedule {
    laterStages = List.copyOf(laterStages);
    if (laterStages.size() > MAX_LATER_STAGES) {
      throw new IllegalArgumentException(
          "a round has at most %d later stages, not %d"
              .formatted(MAX_LATER_STAGES, laterStages.size()));
    }
  }

  /**
   * A stage in which those commit who committed in the one before.
   *
   * @param seconds that it may take
   * @param threshold fewest commitments, 1 to 65535; fewer end the round
   */
  public record LaterStage(long seconds, int threshold) {
    public LaterStage {
      requireSeconds("a stage", seconds);
      if (threshold < 1 || threshold > 0xFFFF) {
        throw new IllegalArgumentException("a stage's threshold is 1 to 65535, not " + threshold);
      }
    }
  }

  /**
   * How long the parts after the commitments may take, in seconds.
   *
   * @param reveal from the close of commits, in which uploads come
   * @param publication for each attempt
   * @param attestation for each publication
   * @param attempts most publications of one round, 1 to 64
   */
  public record Windows(long reveal, long publication, long attestation, int attempts) {
    public Windows {
      requireSeconds("the reveal", reveal);
      requireSeconds("a publication", publication);
      requireSeconds("an attestation", attestation);
      if (attempts < 1 || attempts > MAX_ATTEMPTS) {
        throw new IllegalArgumentException(
            "attempts are 1 to %d, not %d".formatted(MAX_ATTEMPTS, attempts));
      }
    }
  }

  private static void requireSeconds(String what, long seconds) {
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "%s takes 1 to %d seconds, not %d".formatted(what, MAX_SECONDS, seconds));
    }
  }
}
