package org.fedledger.node;

import org.fedledger.loop.ProcessEnd;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What aggregators run. */
@Command(
    name = "fedledger",
    description = "Federated learning that anyone can audit.",
    mixinStandardHelpOptions = true,
    subcommands = NodeCommand.class)
public final class NodeMain {

  private NodeMain() {}

  public static void main(String[] args) {
    ProcessEnd end = ProcessEnd.prepare(System.err);
    end.with(commandLine().execute(args));
  }

  /** The command line, for tests to run in-process. */
  public static CommandLine commandLine() {
    return new CommandLine(new NodeMain())
        .setUsageHelpAutoWidth(true)
        .setExitCodeExceptionMapper(ExitCodes::of)
        .setExecutionExceptionHandler(ExitCodes::report);
  }
}
