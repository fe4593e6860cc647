package org.fedledger.client.federation;

import picocli.CommandLine.Command;

/** What a coordinator does. */
@Command(
    name = "federation",
    description = "Found a federation, admit participants, open rounds.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CreateCommand.class,
      AdmitCommand.class,
      SuspendCommand.class,
      OpenRoundCommand.class,
      AbortRoundCommand.class,
      FederationStatusCommand.class
    },
    footer = {
      "",
      "Example: fedledger federation create --spec spec.json --rpc http://127.0.0.1:8545 \\",
      "           --keystore coordinator.key --aggregator 0x… --quorum 2"
    })
public final class FederationCommand {}
