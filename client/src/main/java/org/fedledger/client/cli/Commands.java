package org.fedledger.client.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.client.text.PlainText;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.training.UnfitDataException;
import picocli.CommandLine;

/** Runs commands with the exit codes and the manners that all of them share. */
public final class Commands {

  private Commands() {}

  /** Sets the handlers of a command line; {@code --verbose} shows where a fault came from. */
  public static CommandLine configure(CommandLine commandLine) {
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExitCodeExceptionMapper(Commands::exitCode)
        .setExecutionExceptionHandler(Commands::report)
        .setParameterExceptionHandler(Commands::reportUsage);
  }

  private static int exitCode(Throwable error) {
    return switch (error) {
      case CommandException e -> e.exitCode();
      case LedgerUnreachableException _ -> ExitCode.OUT_OF_REACH;
      case ContradictionException _ -> ExitCode.VERIFICATION_FAILED;
      case NodeUnreachableException _ -> ExitCode.OUT_OF_REACH;
      case UnfitDataException _ -> ExitCode.USAGE;
      case IOException _ -> ExitCode.OUT_OF_REACH;
      case CommandLine.ParameterException _ -> ExitCode.USAGE;
      default -> ExitCode.FAULT;
    };
  }

  private static int report(
      Exception error, CommandLine commandLine, CommandLine.ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    err.println("fedledger: " + PlainText.line(sentence(error)));
    if (System.getenv("FEDLEDGER_VERBOSE") != null) {
      error.printStackTrace(err);
    } else if (exitCode(error) == ExitCode.FAULT) {
      err.println(
          "fedledger: this is a fault of the program; set FEDLEDGER_VERBOSE=1 to see where");
    }
    err.flush();
    return exitCode(error);
  }

  /** What went wrong, for people. */
  public static String sentence(Exception error) {
    return switch (error) {
      case NoSuchFileException e -> e.getFile() + ": there is no such file";
      case AccessDeniedException e -> e.getFile() + ": it may not be read or written";
      case FileNotFoundException e -> e.getMessage();
      case CommandException e -> e.getMessage();
      default -> error.getMessage() == null ? error.toString() : error.getMessage();
    };
  }

  private static int reportUsage(CommandLine.ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("fedledger: " + error.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
    commandLine.usage(err);
    err.flush();
    return ExitCode.USAGE;
  }
}
