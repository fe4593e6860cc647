package org.fedledger.verify;

/** Whether a publication is what the protocol makes of the round's commitments. */
enum PublicationFinding {
  CORRECT,
  WRONG,
  /** Something that decides it could not be had. */
  UNKNOWN;

  /** Of two parts: what is wrong in one is wrong in all. */
  PublicationFinding and(PublicationFinding other) {
    if (this == WRONG || other == WRONG) {
      return WRONG;
    }
    return this == CORRECT ? other : this;
  }
}
