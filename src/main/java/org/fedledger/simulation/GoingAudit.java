package org.fedledger.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Address;
import org.fedledger.verify.Audit;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditPart;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditSummary;
import org.fedledger.verify.Checkpoint;
import org.fedledger.verify.Receipts;

/** An audit that goes on from where it stood, and names nobody who is honest. */
final class GoingAudit {

  private final LedgerReader reader;
  private final List<? extends BlobStore> stores;
  private final Optional<Address> liar;
  private final Path work;
  private Optional<Checkpoint> checkpoint = Optional.empty();
  private long updates;
  private boolean verified = true;

  /**
   * @param stores of all parties; more may be added later
   * @param liar the only one who may be named
   * @param work an existing folder
   */
  GoingAudit(
      LedgerReader reader, List<? extends BlobStore> stores, Optional<Address> liar, Path work) {
    this.reader = reader;
    this.stores = stores;
    this.liar = liar;
    this.work = work;
  }

  /** Updates in final versions, of all rounds that were checked. */
  long updates() {
    return updates;
  }

  /** Whether nobody was named, the liar included. */
  boolean verified() {
    return verified;
  }

  /**
   * Audits the rounds that ended since the last call.
   *
   * @param receipts of those rounds
   * @throws SimulationFailure if somebody honest is named, or something could not be had
   */
  void goOn(List<SignedReceipt> receipts) throws IOException {
    AuditOptions options = AuditOptions.PLAIN.withReceipts(Receipts.of(receipts));
    List<AuditPart> parts = new ArrayList<>();
    AuditSummary summary =
        new Audit(
                reader,
                new BlobFiles(stores, work),
                work,
                _ -> {},
                checkpoint.map(options::since).orElse(options))
            .run(0, _ -> true, parts::add);
    judge(AuditReport.of(summary, parts));
    updates += summary.updates();
    verified &= summary.verified();
    checkpoint = summary.checkpoint();
  }

  private void judge(AuditReport report) {
    for (AuditReport.Problem problem : report.problems()) {
      if (liar.filter(l -> l.toString().equals(problem.who())).isEmpty()) {
        throw new SimulationFailure("the audit names %s: %s".formatted(problem.who(), problem));
      }
    }
    if (!report.gaps().isEmpty()) {
      throw new SimulationFailure("the audit has gaps: " + report.gaps());
    }
  }
}
