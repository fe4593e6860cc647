package org.fedledger.client.audit;

import picocli.CommandLine.Command;

/** What an auditor runs; needs no office and, for final models, no key. */
@Command(
    name = "audit",
    description = "Recompute a federation from its ledger and its files.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VerifyCommand.class},
    footer = {
      "",
      "Example: fedledger audit verify --rpc http://127.0.0.1:8545 --contract 0x… --blobs DIR"
    })
public final class AuditCommand {}
