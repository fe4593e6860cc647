package org.fedledger.client;

import org.fedledger.client.audit.AuditCommand;
import org.fedledger.client.cli.Commands;
import org.fedledger.client.cli.TlsOptions;
import org.fedledger.client.federation.CoordinatorCommand;
import org.fedledger.client.federation.FederationCommand;
import org.fedledger.client.keys.KeysCommand;
import org.fedledger.client.model.ModelCommand;
import org.fedledger.client.participant.command.ParticipantCommand;
import org.fedledger.client.verifier.VerifierCommand;
import org.fedledger.loop.ProcessEnd;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What participants, coordinators and auditors run. */
@Command(
    name = "fedledger",
    description = "Federated learning that anyone can audit.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KeysCommand.class,
      ParticipantCommand.class,
      FederationCommand.class,
      CoordinatorCommand.class,
      VerifierCommand.class,
      AuditCommand.class,
      ModelCommand.class
    })
public final class ClientMain {

  @Mixin private final TlsOptions tls = new TlsOptions();

  private ClientMain() {}

  public static void main(String[] args) {
    ProcessEnd end = ProcessEnd.prepare(System.err);
    end.with(commandLine().execute(args));
  }

  /** The command line, for tests to run in-process. */
  public static CommandLine commandLine() {
    ClientMain main = new ClientMain();
    CommandLine line = Commands.configure(new CommandLine(main));
    return line.setExecutionStrategy(
        parsed -> {
          main.tls.apply(line);
          return new CommandLine.RunLast().execute(parsed);
        });
  }
}
