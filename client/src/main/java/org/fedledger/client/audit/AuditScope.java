package org.fedledger.client.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.client.cli.CommandException;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.Checkpoint;
import org.fedledger.verify.CheckpointJson;
import org.fedledger.verify.Receipts;
import picocli.CommandLine.Option;

/** How an audit goes about it, and where it begins. */
final class AuditScope {

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description = "go on from a checkpoint of an earlier audit, which is trusted")
  private Path since;

  @Option(
      names = "--receipts",
      paramLabel = "FILE|DIR",
      description = "signed upload receipts, held against rejections as MISSING")
  private Path receipts;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "rounds checked at once (default: one for each processor)")
  private Integer threads;

  /**
   * @param single whether one round alone is checked, which then takes all processors
   */
  AuditOptions read(FederationAudit audit, boolean single) throws IOException {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads: at least 1, not " + threads);
    }
    if (single && since != null) {
      throw CommandException.usage("--since takes an audit of all later rounds, not of one");
    }
    int count = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    return new AuditOptions(single ? 1 : count, readReceipts(), readCheckpoint(audit));
  }

  private Receipts readReceipts() throws IOException {
    if (receipts == null) {
      return Receipts.none();
    }
    try {
      return Receipts.in(receipts);
    } catch (MalformedJsonException e) {
      throw CommandException.usage(
          "--receipts: %s is no receipt: %s".formatted(receipts, e.getMessage()));
    }
  }

  private Optional<Checkpoint> readCheckpoint(FederationAudit audit) throws IOException {
    if (since == null) {
      return Optional.empty();
    }
    if (Files.size(since) > CanonicalJson.MAX_BYTES) {
      throw CommandException.usage("--since: %s is too large for a checkpoint".formatted(since));
    }
    Checkpoint checkpoint;
    try {
      checkpoint = CheckpointJson.parse(Files.readAllBytes(since));
    } catch (MalformedJsonException e) {
      throw CommandException.usage(
          "--since: %s is no checkpoint: %s; audit without --since"
              .formatted(since, e.getMessage()));
    }
    return switch (audit.fit(checkpoint)) {
      case Checkpoint.Fit.Fits _ -> Optional.of(checkpoint);
      case Checkpoint.Fit.OtherFederation(String why) ->
          throw CommandException.usage("--since: " + why);
      case Checkpoint.Fit.Rewritten(String why) ->
          throw CommandException.verificationFailed(
              "--since: %s; audit without --since".formatted(why));
    };
  }
}
