package org.fedledger.simulation;

import java.time.Duration;
import java.util.Locale;
import org.fedledger.role.RoundWindows;

/** What kind of thing goes wrong in a simulation. */
public enum Faults {
  /** Nothing does. */
  NONE(RoundWindows.ofSteps(Duration.ofHours(24), Duration.ofHours(12), 8)),

  /**
   * Whatever does passes: what is lost, late or killed has time to come again before a window of
   * the round closes. So a federation comes to the same versions as without faults.
   */
  PASSING(NONE.windows),

  /**
   * Outages outlast the windows: updates are missing, attempts fail, rounds are aborted. Which
   * versions come about depends on it, but each must be right, and nobody who was away may be
   * accused.
   */
  LASTING(RoundWindows.ofSteps(Duration.ofMinutes(10), Duration.ofMinutes(5), 3));

  private final RoundWindows windows;

  Faults(RoundWindows windows) {
    this.windows = windows;
  }

  /** Those of every round. */
  RoundWindows windows() {
    return windows;
  }

  /** The name by which a command asks for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
