package org.fedledger.signing;

/**
 * A committed update that an aggregator left out, and why.
 *
 * @param index of the participant by order of admission, 0 to 4095
 * @param code the ledger's uint8, 1 to 255; the contract takes any, so one that no reason has must
 *     be readable too
 */
public record Rejection(int index, int code) {

  private static final int MAX_CODE = 255;

  /**
   * @throws IllegalArgumentException for an index or code outside its range
   */
  public Rejection {
    if (index < 0 || index >= Decision.MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a rejection's index is from 0 to %d, not %d".formatted(Decision.MAX_MEMBERS - 1, index));
    }
    if (code < 1 || code > MAX_CODE) {
      throw new IllegalArgumentException(
          "a rejection's reason is from 1 to %d, not %d".formatted(MAX_CODE, code));
    }
  }

  /**
   * @throws IllegalArgumentException for {@link Reason#UNKNOWN}, with which nobody rejects
   */
  public Rejection(int index, Reason reason) {
    this(index, reason.code());
  }

  /** The code's meaning; {@link Reason#UNKNOWN} if it has none here. */
  public Reason reason() {
    return Reason.ofCode(code);
  }
}
