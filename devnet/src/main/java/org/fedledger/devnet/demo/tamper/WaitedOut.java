package org.fedledger.devnet.demo.tamper;

/** What goes by in a round, once all has happened that comes before. */
public enum WaitedOut {
  NOTHING,
  /** The time for commitments, after which a round goes on without those who sit it out. */
  COMMITS,
  /** The time for uploads, after which an update may be called missing. */
  REVEAL,
  /** Half of the time for attestations, after which a verifier says what it lacks. */
  HALF_OF_ATTESTATION
}
