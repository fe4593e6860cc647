package org.fedledger.verify;

/** Whether a publication is what the protocol makes of the round's commitments. */
enum Holds {
  EXACTLY,
  NOT,
  /** Something that decides it could not be had. */
  UNKNOWN;

  /** Of two parts: what is wrong in one is wrong in all. */
  Holds and(Holds other) {
    if (this == NOT || other == NOT) {
      return NOT;
    }
    return this == EXACTLY ? other : this;
  }
}
