package org.fedledger.client.federation;

import picocli.CommandLine.Command;

/** What keeps a federation's rounds going. */
@Command(
    name = "coordinator",
    description = "Keep a federation's rounds going.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CoordinatorRunCommand.class},
    footer = {
      "",
      "Example: fedledger coordinator run --spec spec.json --node URL --rpc URL --contract 0x… \\",
      "           --keystore coordinator.key"
    })
public final class CoordinatorCommand {}
