package org.fedledger.node;

/** A setting that cannot be; the message says which, and what belongs there. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
