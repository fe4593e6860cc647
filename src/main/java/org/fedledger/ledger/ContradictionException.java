package org.fedledger.ledger;

/**
 * The record does not go on from itself: these are not all events, or not those of one federation.
 */
public final class ContradictionException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public ContradictionException(String message) {
    super(message);
  }

  /**
   * @param cause that says what does not go on
   */
  public ContradictionException(IllegalStateException cause) {
    super(cause.getMessage(), cause);
  }
}
