package org.fedledger.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import org.fedledger.ledger.LedgerUnreachableException;
import picocli.CommandLine;

/** What the program's exit code means; the README lists them. */
final class ExitCodes {

  static final int DONE = 0;
  static final int FAULT = 1;
  static final int USAGE = 2;
  static final int OUT_OF_REACH = 4;
  static final int REFUSED = 5;

  private ExitCodes() {}

  static int of(Throwable error) {
    return switch (error) {
      case UsageException _ -> USAGE;
      case ForeignContractException _ -> REFUSED;
      case CommandLine.ParameterException _ -> USAGE;
      case LedgerUnreachableException _ -> OUT_OF_REACH;
      case IOException _ -> OUT_OF_REACH;
      default -> FAULT;
    };
  }

  static int report(Exception error, CommandLine commandLine, CommandLine.ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    int code = of(error);
    err.println("fedledger: " + sentence(error));
    if (code == FAULT) {
      error.printStackTrace(err);
    }
    err.flush();
    return code;
  }

  private static String sentence(Exception error) {
    return switch (error) {
      case NoSuchFileException e -> e.getFile() + ": there is no such file";
      default -> error.getMessage() == null ? error.toString() : error.getMessage();
    };
  }
}
