package org.fedledger.ledger;

/** Why a round ended without a new version; the code is what stands on the ledger. */
public enum AbortReason {
  COORDINATOR(1, "the coordinator aborted it before commits closed"),
  TOO_FEW_COMMITMENTS(2, "fewer committed in a stage than its threshold"),
  TOO_FEW_ACCEPTED(3, "fewer updates passed the gates than the quorum"),
  NO_AGGREGATE(4, "the rule made no model of the accepted updates"),
  DEADLINE(5, "nobody published in time"),
  ATTEMPTS_EXHAUSTED(6, "the last attempt failed");

  private final int code;
  private final String meaning;

  AbortReason(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }

  /**
   * @throws IllegalArgumentException for a code that no ledger of ours writes
   */
  public static AbortReason of(int code) {
    for (AbortReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown reason for an abort: " + code);
  }
}
