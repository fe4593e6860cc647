package org.fedledger.node;

/** The contract is not this build's, so that a node has nothing to do with it. */
final class ForeignContractException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ForeignContractException(String message) {
    super(message);
  }
}
