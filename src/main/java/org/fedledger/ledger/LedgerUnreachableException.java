package org.fedledger.ledger;

/** The ledger could not be asked, or did not answer in time. Trying again does no harm. */
public final class LedgerUnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LedgerUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
