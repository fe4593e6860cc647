package org.fedledger.ledger;

/** The changes of roles that take M verifiers' signatures; the code is what they sign. */
public enum RoleChange {
  ADD_VERIFIER(1),
  REMOVE_VERIFIER(2),
  ADD_AGGREGATOR(3),
  REMOVE_AGGREGATOR(4),
  CHANGE_COORDINATOR(5),
  CLOSE_FEDERATION(6);

  private final int code;

  RoleChange(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException for a code that no ledger of ours writes
   */
  public static RoleChange of(int code) {
    for (RoleChange change : values()) {
      if (change.code == code) {
        return change;
      }
    }
    throw new IllegalArgumentException("unknown change of roles: " + code);
  }
}
