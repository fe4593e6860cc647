package org.fedledger.signing;

/**
 * Why a committed update was rejected: the first gate that it failed, in the order of the gates.
 *
 * <p>The code is what the ledger records; codes are never reused, and later rules append.
 */
public enum Reason {
  /** A code of a later version, or an aggregator's nonsense; no gate gives it. */
  UNKNOWN(0),
  /** No file had come when the reveal deadline passed. */
  MISSING(1),
  /** The committed size is not one that a file of the round's schema can have. */
  SIZE(2),
  /** Reserved: a file of another digest is no file of the commitment, so nobody rejects for it. */
  DIGEST(3),
  /** The file is not a canonical blob of this protocol. */
  ENCODING(4),
  /** The blob is of another kind than the round takes. */
  KIND(5),
  /** The blob names another federation. */
  FEDERATION(6),
  /** The blob names another round. */
  ROUND(7),
  /** The blob names another author than the participant who committed it. */
  AUTHOR(8),
  /** The blob names another base version. */
  BASE(9),
  /** Names, shapes or element types of the tensors are not the plan's. */
  SCHEMA(10),
  /** An element is infinite or not a number. */
  NONFINITE(11),
  /** The update's norm exceeds the plan's bound. */
  NORM(12);

  private final int code;

  Reason(int code) {
    this.code = code;
  }

  /** The ledger's uint8; 0, which it never records, for {@link #UNKNOWN}. */
  public int code() {
    return code;
  }

  /** The reason with this code, or {@link #UNKNOWN}. */
  public static Reason ofCode(int code) {
    Reason[] all = values();
    return code > 0 && code < all.length ? all[code] : UNKNOWN;
  }
}
