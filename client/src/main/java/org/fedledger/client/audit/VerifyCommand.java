package org.fedledger.client.audit;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongPredicate;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.Rpc;
import org.fedledger.signing.SigningDomain;
import org.fedledger.verify.AuditJson;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    description = {
      "Recompute every version bit for bit from the ledger and the files.",
      "Exit code 0: verified; 3: something does not match; 4: something could not be had."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit verify --rpc http://127.0.0.1:8545 --contract 0x… --blobs DIR"
    })
final class VerifyCommand implements Callable<Integer> {

  static final class Scope {
    @Option(names = "--round", paramLabel = "N", description = "only this round")
    private Long round;

    @Option(names = "--all", description = "every round (the default)")
    private boolean all;
  }

  @ArgGroup private Scope scope = new Scope();
  @Mixin private ChainOptions chain;
  @Mixin private BlobOptions blobs;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    try (Rpc rpc = chain.open();
        BlobOptions.Opened source =
            blobs.open(new SigningDomain(rpc.chainId(), chain.contract()))) {
      LongPredicate wanted = scope.round == null ? _ -> true : n -> n == scope.round;
      AuditReport report =
          new FederationAudit(rpc, chain.contract(), source.blobs()).run(wanted, this::tell);
      if (scope.round != null && report.rounds().isEmpty() && report.verified()) {
        throw CommandException.usage(
            "--round: round %d has not ended, or never was".formatted(scope.round));
      }
      out.document(AuditJson.of(report));
      conclude(report);
      return exitCode(report);
    }
  }

  private static int exitCode(AuditReport report) {
    if (report.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return report.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }

  private void tell(RoundFinding round) {
    long used = round.updates().stream().filter(u -> u.status() == UpdateStatus.VERIFIED).count();
    String line =
        "round %d: %s, %d of %d updates, %s"
            .formatted(
                round.round(),
                round.status().name().toLowerCase(Locale.ROOT),
                used,
                round.updates().size(),
                round.published().map(Object::toString).orElse("no version"));
    if (out.isJson()) {
      out.talk("%s", line);
    } else {
      out.line("%s", line);
    }
  }

  private void conclude(AuditReport report) {
    report.notes().forEach(note -> out.line("note: %s", note));
    report
        .gaps()
        .forEach(
            gap ->
                out.line(
                    "could not be checked%s: %s",
                    gap.round().isPresent() ? " in round " + gap.round().getAsLong() : "",
                    gap.what()));
    for (AuditReport.Problem problem : report.problems()) {
      out.line(
          "PROBLEM%s: %s: %s",
          problem.round().isPresent() ? " in round " + problem.round().getAsLong() : "",
          problem.who(),
          problem.what());
      problem.evidence().forEach((name, value) -> out.line("    %s: %s", name, value));
    }
    if (report.verified()) {
      out.line(
          "verified: %d rounds, %d updates, every version recomputed bit for bit",
          report.rounds().size(), report.updates());
    } else {
      out.line(
          report.failed()
              ? "NOT verified"
              : "incomplete: nothing wrong was found, but not everything could be checked");
      if (!report.gaps().isEmpty() && blobs.readsUnsigned()) {
        out.talk(
            "hint: a node gives updates to aggregators, verifiers and auditors only; if you are"
                + " one, add --keystore FILE");
      }
    }
  }
}
