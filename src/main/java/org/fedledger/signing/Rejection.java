package org.fedledger.signing;

/**
 * A committed update that an aggregator left out, and why.
 *
 * @param index of the participant by order of admission, 0 to 4095
 */
public record Rejection(int index, Reason reason) {

  public Rejection {
    if (index < 0 || index >= Decision.MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a rejection's index is from 0 to %d, not %d".formatted(Decision.MAX_MEMBERS - 1, index));
    }
    if (reason == null) {
      throw new IllegalArgumentException("a rejection names its reason");
    }
  }
}
