package org.fedledger.spec;

/**
 * A round, or a whole federation, whose spec or plan this build cannot work by. Nothing that
 * changes with time or with another file mends it; another build may be able to.
 */
public final class CannotJudgeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param what the document, such as {@code the federation's spec}
   * @param why what in it, and what would be known
   */
  public CannotJudgeException(String what, String why) {
    super("cannot judge: %s: %s".formatted(what, why));
  }
}
