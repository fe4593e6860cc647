package org.fedledger.client.audit;

import org.fedledger.client.audit.bundle.ExportCommand;
import org.fedledger.client.audit.bundle.VerifyBundleCommand;
import org.fedledger.client.audit.query.AttestationsCommand;
import org.fedledger.client.audit.query.ChangesCommand;
import org.fedledger.client.audit.query.FoundingCommand;
import org.fedledger.client.audit.query.GasCommand;
import org.fedledger.client.audit.query.LineageCommand;
import org.fedledger.client.audit.query.ParticipantHistoryCommand;
import org.fedledger.client.audit.query.ParticipantsCommand;
import org.fedledger.client.audit.query.PrivacyCommand;
import org.fedledger.client.audit.query.RejectionsCommand;
import org.fedledger.client.audit.query.RoundCommand;
import org.fedledger.client.audit.query.RoundsCommand;
import org.fedledger.client.audit.query.VersionCommand;
import org.fedledger.client.audit.query.VersionsCommand;
import picocli.CommandLine.Command;

/** What an auditor runs; needs no office and, for final models, no key. */
@Command(
    name = "audit",
    description =
        "Recompute a federation from its ledger and its files, or ask what the ledger records.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      VerifyCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      VerifyBundleCommand.class,
      FoundingCommand.class,
      RoundsCommand.class,
      RoundCommand.class,
      VersionsCommand.class,
      VersionCommand.class,
      ParticipantsCommand.class,
      ParticipantHistoryCommand.class,
      ChangesCommand.class,
      RejectionsCommand.class,
      AttestationsCommand.class,
      GasCommand.class,
      PrivacyCommand.class,
      LineageCommand.class
    },
    footer = {
      "",
      "Example: fedledger audit verify --rpc http://127.0.0.1:8545 --contract 0x… --blobs DIR"
    })
public final class AuditCommand {}
