package org.fedledger.ledger;

/**
 * What a change of governance does; the code is what verifiers sign.
 *
 * <p>Where there are verifiers, M of them make a change; where there are none, the coordinator.
 */
public enum GovernanceKind {
  /** Its value is the new threshold M, or 0 to leave it. */
  ADD_VERIFIER(1, true, true),
  /** Its value is the new threshold M, or 0 to leave it. */
  REMOVE_VERIFIER(2, true, true),
  /** The account goes, and the address in its value comes. */
  REPLACE_VERIFIER(3, true, true),
  ADD_AGGREGATOR(4, true, false),
  REMOVE_AGGREGATOR(5, true, false),
  CHANGE_COORDINATOR(6, true, false),
  /** Its value is the new threshold M. */
  CHANGE_THRESHOLD(7, false, true),
  /**
   * The account is a participant, and its value the new key's address; see {@link
   * LedgerEvent.FederationCreated#verifiersRecover}.
   */
  RECOVER_KEY(8, true, true),
  /** Its value is the version that rounds build on, until the next one becomes final. */
  BUILD_ON(9, false, true),
  /** Only while no round is open. */
  CLOSE_FEDERATION(10, false, false),
  /** Its account is zero for nobody. */
  CHANGE_SUCCESSOR(11, true, false);

  private final int code;
  private final boolean naming;
  private final boolean valued;

  GovernanceKind(int code, boolean naming, boolean valued) {
    this.code = code;
    this.naming = naming;
    this.valued = valued;
  }

  public int code() {
    return code;
  }

  /** Whether it names an account; else the account is zero. */
  public boolean namesAccount() {
    return naming;
  }

  /** Whether it carries a value; else the value is 0. */
  public boolean carriesValue() {
    return valued;
  }

  /**
   * @throws IllegalArgumentException for a code that no ledger of ours writes
   */
  public static GovernanceKind of(int code) {
    for (GovernanceKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown kind of governance: " + code);
  }
}
