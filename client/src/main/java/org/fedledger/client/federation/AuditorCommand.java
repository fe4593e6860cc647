package org.fedledger.client.federation;

import picocli.CommandLine.Command;

@Command(
    name = "auditor",
    description = "Grant and revoke the right to read updates; the coordinator does.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GrantAuditorCommand.class, RevokeAuditorCommand.class},
    footer = {
      "",
      "Example: fedledger federation auditor grant 0x… --rpc URL --contract 0x… --keystore FILE"
    })
final class AuditorCommand {}
