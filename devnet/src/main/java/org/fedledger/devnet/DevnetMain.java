package org.fedledger.devnet;

import org.fedledger.client.cli.Commands;
import org.fedledger.devnet.command.DevnetCommand;
import org.fedledger.devnet.demo.DemoCommand;
import org.fedledger.devnet.simulate.SimulateCommand;
import org.fedledger.loop.ProcessEnd;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What shows a federation on one machine. */
@Command(
    name = "fedledger",
    description = "Federated learning that anyone can audit.",
    mixinStandardHelpOptions = true,
    subcommands = {DemoCommand.class, SimulateCommand.class, DevnetCommand.class})
public final class DevnetMain {

  private DevnetMain() {}

  public static void main(String[] args) {
    ProcessEnd end = ProcessEnd.prepare(System.err);
    end.with(commandLine().execute(args));
  }

  /** The command line, for tests to run in-process. */
  public static CommandLine commandLine() {
    return Commands.configure(new CommandLine(new DevnetMain()));
  }
}
