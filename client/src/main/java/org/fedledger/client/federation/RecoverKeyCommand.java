package org.fedledger.client.federation;

import picocli.CommandLine.Command;

@Command(
    name = "recover-key",
    description = "Give a participant a new key in place of a lost one.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RequestRecoveryCommand.class,
      VetoRecoveryCommand.class,
      CompleteRecoveryCommand.class
    },
    footer = {
      "",
      "Example: fedledger federation recover-key request 0xPARTICIPANT 0xKEY --rpc URL --contract"
          + " 0x… --keystore FILE"
    })
final class RecoverKeyCommand {}
