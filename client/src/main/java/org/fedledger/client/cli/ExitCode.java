package org.fedledger.client.cli;

/** What a command's exit code means; the README lists them. */
public final class ExitCode {

  /** Done, and where it verifies: verified. */
  public static final int DONE = 0;

  /** A fault of the program. */
  public static final int FAULT = 1;

  /** Wrong usage. */
  public static final int USAGE = 2;

  /** Something does not match what was committed. */
  public static final int VERIFICATION_FAILED = 3;

  /** A peer or file is out of reach, or access to it is refused. */
  public static final int OUT_OF_REACH = 4;

  /** The ledger or the node refused, or rounds ended without a version. */
  public static final int REFUSED = 5;

  /** The chain answers and makes no blocks, so that nothing goes on and no deadline passes. */
  public static final int HALTED = 6;

  private ExitCode() {}
}
