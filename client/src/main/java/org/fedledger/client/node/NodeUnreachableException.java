package org.fedledger.client.node;

/** A node could not be asked, or did not answer in time. Trying again does no harm. */
public final class NodeUnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NodeUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
