package org.fedledger.signing;

/** What a verifier found about a publication; the code is what it signs. */
public enum Finding {
  /** All of the publication is what the verifier computed. */
  MATCH(1),
  /** The verifier computed something else, from all files. */
  DIFFER(2),
  /** The verifier could not compute, for want of a file. */
  LACK(3);

  private final int code;

  Finding(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException for a code that no ledger of ours writes
   */
  public static Finding of(int code) {
    for (Finding finding : values()) {
      if (finding.code == code) {
        return finding;
      }
    }
    throw new IllegalArgumentException("unknown finding: " + code);
  }
}
