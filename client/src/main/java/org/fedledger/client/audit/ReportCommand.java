package org.fedledger.client.audit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.files.WholeFile;
import org.fedledger.report.AuditPage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.verify.AuditJson;
import org.fedledger.verify.AuditSpool;
import org.fedledger.verify.AuditSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "report",
    description = {
      "Audit like verify, and write what was found as one page for people.",
      "The exit code is that of verify; the page is written whatever was found."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit report --html audit.html --rpc http://127.0.0.1:8545 --contract 0x…"
          + " --blobs DIR"
    })
final class ReportCommand implements Callable<Integer> {

  @Option(names = "--html", required = true, paramLabel = "FILE", description = "the page")
  private Path page;

  @Mixin private ChainOptions chain;
  @Mixin private BlobOptions blobs;
  @Mixin private AuditScope options;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (Rpc rpc = chain.open();
        BlobOptions.Opened source = blobs.open(new SigningDomain(rpc.chainId(), chain.contract()));
        ScratchFolder kept = ScratchFolder.create("fedledger-findings");
        AuditSpool spool = new AuditSpool(kept.path())) {
      FederationAudit audit = new FederationAudit(rpc, chain.contract(), source.blobs());
      AuditProgress progress = AuditProgress.to(out, audit.lastRound());
      AuditSummary summary =
          audit.run(
              _ -> true,
              round -> progress.checked(round.round()),
              options.read(audit, false),
              spool);
      progress.clear();
      WholeFile.writeForOthers(
          page,
          to -> {
            BufferedWriter text =
                new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8));
            AuditPage.write(summary, spool, text);
            text.flush();
          });
      out.stream(generator -> AuditJson.write(summary, spool, generator));
      out.line("%s: %d rounds; the page is %s", verdict(summary), summary.rounds(), page);
      return VerifyCommand.exitCode(summary);
    }
  }

  private static String verdict(AuditSummary summary) {
    if (summary.failed()) {
      return "NOT verified";
    }
    return summary.verified() ? "verified" : "incomplete";
  }
}
