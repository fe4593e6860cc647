package org.fedledger.json;

/** A document that is not canonical JSON, or not of the form that its reader expects. */
public class MalformedJsonException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  public MalformedJsonException(String message) {
    super(message);
  }

  public MalformedJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
