package org.fedledger.client.verifier;

import picocli.CommandLine.Command;

/** What a verifier runs. */
@Command(
    name = "verifier",
    description = "Recompute what aggregators publish, and attest to it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VerifierRunCommand.class},
    footer = {
      "",
      "Example: fedledger verifier run --node URL --rpc URL --contract 0x… --keystore verifier.key"
    })
public final class VerifierCommand {}
