package org.fedledger.devnet.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A local Ethereum network. */
@Command(
    name = "devnet",
    description = "A local Ethereum network, to try federations on.",
    mixinStandardHelpOptions = true,
    subcommands = {
      UpCommand.class,
      DevnetStatusCommand.class,
      RestartCommand.class,
      DownCommand.class,
      NodeKeyCommand.class,
      ComposeCommand.class
    },
    footer = {"", "Example: fedledger devnet up --detach"})
public final class DevnetCommand implements Runnable {

  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "name one of up, status, restart, down, node-key and compose");
  }
}
