package org.fedledger.tensor;

/** A file whose bytes are not what its reader expects. */
public final class MalformedFileException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  public MalformedFileException(String message) {
    super(message);
  }

  public MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
