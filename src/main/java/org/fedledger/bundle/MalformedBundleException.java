package org.fedledger.bundle;

/** A file that is not a bundle in its one form; the message names the entry, and what is wrong. */
public final class MalformedBundleException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public MalformedBundleException(String message) {
    super(message);
  }

  public MalformedBundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
