package org.fedledger.client.participant.check;

import java.util.List;
import java.util.Map;

/** What came of one check. */
sealed interface CheckResult {

  /**
   * @param figures numbers by name, in order
   */
  record Ok(String what, Map<String, Long> figures) implements CheckResult {
    Ok(String what) {
      this(what, Map.of());
    }
  }

  /**
   * @param exitCode of the command, if nothing more serious is found
   * @param todo what to do about it; empty where {@code what} says so
   * @param details further lines; may be empty
   */
  record Failed(int exitCode, String what, String todo, List<String> details)
      implements CheckResult {
    public Failed {
      details = List.copyOf(details);
    }

    Failed(int exitCode, String what, String todo) {
      this(exitCode, what, todo, List.of());
    }
  }

  /**
   * @param needed what failed before, without which this one says nothing
   */
  record Skipped(Check needed) implements CheckResult {}
}
