package org.fedledger.devnet.dataset;

/** A data set's files are absent or are not the ones meant; the message says what would help. */
public final class DataUnavailableException extends Exception {

  public DataUnavailableException(String message) {
    super(message);
  }

  public DataUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
