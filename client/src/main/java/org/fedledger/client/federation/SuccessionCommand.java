package org.fedledger.client.federation;

import picocli.CommandLine.Command;

@Command(
    name = "succession",
    description = "Replace a coordinator that is lost, where there are no verifiers.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ClaimSuccessionCommand.class,
      VetoSuccessionCommand.class,
      CompleteSuccessionCommand.class
    },
    footer = {
      "",
      "Example: fedledger federation succession claim --rpc URL --contract 0x… --keystore FILE"
    })
final class SuccessionCommand {}
