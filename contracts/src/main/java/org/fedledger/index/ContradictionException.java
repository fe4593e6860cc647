package org.fedledger.index;

/** The record does not go on from itself, as only a foreign or a damaged one does. */
public final class ContradictionException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  ContradictionException(String message) {
    super(message);
  }
}
