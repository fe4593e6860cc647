package org.fedledger.node.http;

/** A request that cannot be taken, with the answer that says why. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  RefusedException(Answer answer) {
    super(null, null, false, false);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}
