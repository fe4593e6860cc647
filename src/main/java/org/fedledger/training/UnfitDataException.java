package org.fedledger.training;

/**
 * What a participant would train or measure on does not fit the federation's model; trying again
 * does not help.
 */
public final class UnfitDataException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what the model takes, and what was given
   */
  public UnfitDataException(String message) {
    super(message);
  }
}
