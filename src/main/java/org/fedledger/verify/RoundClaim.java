package org.fedledger.verify;

/**
 * One thing that the record of a round claims. Whether it is so is told from the ledger alone,
 * without any file.
 */
@FunctionalInterface
interface RoundClaim {

  /** Finds what is false, and tells what is worth knowing. */
  void check(RoundCase round, Findings findings);
}
