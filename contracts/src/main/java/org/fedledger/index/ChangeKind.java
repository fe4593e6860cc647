package org.fedledger.index;

import java.util.Locale;

/** A change of who may do what, of a key or a budget, or a step on the way to one. */
public enum ChangeKind {
  GOVERNANCE_APPROVED,
  COORDINATOR_CHANGED,
  SUCCESSOR_CHANGED,
  COORDINATION_CLAIMED,
  COORDINATION_CLAIM_VETOED,
  THRESHOLD_CHANGED,
  BASE_APPROVED,
  ADMITTED,
  READMITTED,
  SUSPENDED,
  KEY_ROTATED,
  RECOVERY_REQUESTED,
  RECOVERY_VETOED,
  KEY_RECOVERED,
  BUDGET_RAISED,
  VERIFIER_ADDED,
  VERIFIER_REMOVED,
  AGGREGATOR_ADDED,
  AGGREGATOR_REMOVED,
  AUDITOR_GRANTED,
  AUDITOR_REVOKED,
  FEDERATION_CLOSED;

  /** As in answers and filters, such as {@code key-recovered}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
