package org.fedledger.rlp;

/** Bytes that are not the one RLP encoding of anything; the message says where and why. */
public final class MalformedRlpException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public MalformedRlpException(String message) {
    super(message);
  }
}
