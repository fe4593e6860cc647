package org.fedledger.ledger;

/** Why a publication did not become final; the code is what stands on the ledger. */
public enum FailureReason {
  DISPUTED(1, "more verifiers differed than the threshold allows"),
  DEADLINE(2, "too few verifiers attested in time");

  private final int code;
  private final String meaning;

  FailureReason(int code, String meaning) {
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
  public static FailureReason of(int code) {
    for (FailureReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown reason for a failed publication: " + code);
  }
}
