package org.fedledger.client.model;

import picocli.CommandLine.Command;

/** What anybody does with the models that a federation made. */
@Command(
    name = "model",
    description = "Fetch final models, use them, and make lost ones again.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GetCommand.class, PredictCommand.class, RebuildCommand.class},
    footer = {
      "",
      "Example: fedledger model get --out model.safetensors --rpc http://127.0.0.1:8545 \\",
      "           --contract 0x… --blobs https://node.example:8443"
    })
public final class ModelCommand {}
