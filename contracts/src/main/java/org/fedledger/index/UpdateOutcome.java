package org.fedledger.index;

import java.util.Locale;
import java.util.Optional;

/** What became of a committed update; the code is what the index stores. */
public enum UpdateOutcome {
  /** Its round is open. */
  PENDING(0),
  /** It went into the version that its round made. */
  ACCEPTED(1),
  /** The publication that ended its round left it out, for a reason. */
  REJECTED(2),
  /** Its round was aborted, not on its account. */
  UNUSED(3),
  /** It was of an earlier stage of its round, of which only the last is decided about. */
  STAGED(4);

  private final int code;

  UpdateOutcome(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static UpdateOutcome ofCode(int code) {
    return values()[code];
  }

  static Optional<UpdateOutcome> of(String text) {
    for (UpdateOutcome outcome : values()) {
      if (outcome.text().equals(text)) {
        return Optional.of(outcome);
      }
    }
    return Optional.empty();
  }
}
