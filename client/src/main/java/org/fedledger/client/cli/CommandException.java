package org.fedledger.client.cli;

import org.fedledger.ledger.Outcome;

/** Ends a command with an exit code and one sentence for people. */
public final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Wrong usage; the sentence says what would be right. */
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message, null);
  }

  /** Something is not what was committed. */
  public static CommandException verificationFailed(String message) {
    return new CommandException(ExitCode.VERIFICATION_FAILED, message, null);
  }

  public static CommandException outOfReach(String message, Throwable cause) {
    return new CommandException(ExitCode.OUT_OF_REACH, message, cause);
  }

  public static CommandException refused(String message) {
    return new CommandException(ExitCode.REFUSED, message, null);
  }

  /** The ledger's own words, and what they mean. */
  public static CommandException refused(String what, Outcome.Refused why) {
    String hint = RefusalHint.of(why).map(text -> ": " + text).orElse("");
    return refused("%s: the ledger refused with %s%s".formatted(what, why, hint));
  }

  public int exitCode() {
    return exitCode;
  }
}
