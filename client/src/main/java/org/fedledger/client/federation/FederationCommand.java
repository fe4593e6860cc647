package org.fedledger.client.federation;

import picocli.CommandLine.Command;

/** What founds a federation, moves it on, and changes who may do what in it. */
@Command(
    name = "federation",
    description = "Found a federation, admit participants, open rounds, change offices and keys.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CreateCommand.class,
      FederationStatusCommand.class,
      AdmitCommand.class,
      SuspendCommand.class,
      OpenRoundCommand.class,
      CloseCommitsCommand.class,
      ExpireCommand.class,
      AbortRoundCommand.class,
      RotateKeyCommand.class,
      RecoverKeyCommand.class,
      RaiseBudgetCommand.class,
      AuditorCommand.class,
      AddVerifierCommand.class,
      RemoveVerifierCommand.class,
      ReplaceVerifierCommand.class,
      ThresholdCommand.class,
      AddAggregatorCommand.class,
      RemoveAggregatorCommand.class,
      ChangeCoordinatorCommand.class,
      ChangeSuccessorCommand.class,
      SuccessionCommand.class,
      BuildOnCommand.class,
      CloseCommand.class,
      SignStatementCommand.class
    },
    footer = {
      "",
      "Example: fedledger federation create --spec spec.json --rpc http://127.0.0.1:8545 \\",
      "           --keystore coordinator.key --aggregator 0x… --quorum 2"
    })
public final class FederationCommand {}
