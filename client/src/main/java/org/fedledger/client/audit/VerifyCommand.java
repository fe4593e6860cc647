package org.fedledger.client.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongPredicate;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.FindingLines;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.files.WholeFile;
import org.fedledger.signing.SigningDomain;
import org.fedledger.verify.AuditJson;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditPart;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;
import org.fedledger.verify.AuditSpool;
import org.fedledger.verify.AuditSummary;
import org.fedledger.verify.CheckpointJson;
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
      "Example: fedledger audit verify --rpc http://127.0.0.1:8545 --contract 0x… --blobs DIR",
      "Example: fedledger audit verify --since last.json --checkpoint last.json --rpc URL"
          + " --contract 0x… --blobs NODE"
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
  @Mixin private AuditScope options;
  @Mixin private Output out;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "write here where a next audit may go on, if all is verified")
  private Path checkpoint;

  private AuditProgress progress;

  @Override
  public Integer call() throws IOException {
    if (scope.round != null && checkpoint != null) {
      throw CommandException.usage("--checkpoint takes an audit of all rounds, not of one");
    }
    try (Rpc rpc = chain.open();
        BlobOptions.Opened source = blobs.open(new SigningDomain(rpc.chainId(), chain.contract()));
        ScratchFolder kept = ScratchFolder.create("fedledger-findings");
        AuditSpool spool = new AuditSpool(kept.path())) {
      LongPredicate wanted = scope.round == null ? _ -> true : n -> n == scope.round;
      FederationAudit audit = new FederationAudit(rpc, chain.contract(), source.blobs());
      AuditOptions how = options.read(audit, scope.round != null);
      progress = AuditProgress.to(out, audit.lastRound());
      AuditSummary summary = audit.run(wanted, this::tell, how, spool);
      progress.clear();
      if (scope.round != null
          && summary.rounds() == 0
          && !summary.failed()
          && summary.gaps() == 1) {
        throw CommandException.usage(
            "--round: round %d has not ended, or never was".formatted(scope.round));
      }
      out.stream(generator -> AuditJson.write(summary, spool, generator));
      conclude(summary, spool);
      keep(summary);
      return exitCode(summary);
    }
  }

  private void keep(AuditSummary summary) throws IOException {
    if (checkpoint == null) {
      return;
    }
    if (!summary.verified()) {
      out.talk("no checkpoint was written, since not everything is verified");
    } else if (summary.checkpoint().isEmpty()) {
      out.talk("no checkpoint was written, since no round has ended for good yet");
    } else {
      byte[] written = CheckpointJson.write(summary.checkpoint().get());
      WholeFile.writeForOthers(checkpoint, to -> to.write(written));
      out.talk(
          "checkpoint of round %d, block %d: %s",
          summary.checkpoint().get().round(),
          summary.checkpoint().get().block().number(),
          checkpoint);
    }
  }

  static int exitCode(AuditSummary summary) {
    if (summary.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return summary.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
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
    progress.clear();
    out.line("%s", line);
    progress.checked(round.round());
  }

  private void conclude(AuditSummary summary, AuditSpool spool) throws IOException {
    if (out.isJson()) {
      return;
    }
    FindingLines lines = new FindingLines(out);
    each(summary, spool, part -> part.notes().forEach(lines::note));
    each(summary, spool, part -> part.gaps().forEach(lines::gap));
    each(summary, spool, part -> part.problems().forEach(lines::problem));
    if (summary.verified() && summary.rounds() == 0 && summary.since().isPresent()) {
      out.line(
          "verified: no round has ended since the checkpoint of round %d",
          summary.since().getAsLong());
    } else if (summary.verified()) {
      out.line(
          "verified: %d rounds, %d updates, every version recomputed bit for bit%s",
          summary.rounds(),
          summary.updates(),
          summary.since().isPresent()
              ? "; up to round %d, what the checkpoint says was trusted"
                  .formatted(summary.since().getAsLong())
              : "");
    } else {
      out.line(
          summary.failed()
              ? "NOT verified"
              : "incomplete: nothing wrong was found, but not everything could be checked");
      if (summary.gaps() > 0 && blobs.readsUnsigned()) {
        out.talk(
            "hint: a node gives updates to aggregators, verifiers and auditors only; if you are"
                + " one, add --keystore FILE");
      }
    }
  }

  private static void each(AuditSummary summary, AuditSpool spool, AuditPart.Sink sink)
      throws IOException {
    sink.take(summary.whole());
    spool.forEach(sink);
  }
}
