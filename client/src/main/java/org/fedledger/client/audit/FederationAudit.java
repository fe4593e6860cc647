package org.fedledger.client.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.fedledger.contracts.ContractCode;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Address;
import org.fedledger.verify.Audit;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Problem;

/** An audit over JSON-RPC: first that the contract is ours, then everything it records. */
public final class FederationAudit {

  private final Rpc rpc;
  private final Web3jLedgerReader ledger;
  private final BlobSource blobs;

  public FederationAudit(Rpc rpc, Address contract, BlobSource blobs) {
    this.rpc = rpc;
    this.ledger = new Web3jLedgerReader(rpc, contract, Optional.empty());
    this.blobs = blobs;
  }

  /**
   * @param wanted which rounds to recompute
   */
  public AuditReport run(LongPredicate wanted, Audit.Progress progress) throws IOException {
    Optional<RecordedEvent> creation = Founding.of(ledger);
    Optional<Problem> lookAlike = creation.flatMap(this::lookAlike);
    if (lookAlike.isPresent()) {
      // Nothing that such a contract says means anything.
      return new AuditReport(
          ledger.domain(),
          Optional.empty(),
          List.of(),
          List.of(lookAlike.get()),
          List.of(),
          List.of());
    }
    Path work = Files.createTempDirectory("fedledger-audit");
    try {
      long first = creation.map(e -> e.block().number()).orElse(0L);
      return new Audit(ledger, blobs, work, progress).run(first, wanted);
    } finally {
      Files.deleteIfExists(work);
    }
  }

  private Optional<Problem> lookAlike(RecordedEvent creation) {
    Address contract = ledger.domain().contract();
    return Founding.lookAlike(ContractCode.check(rpc, contract, creation.transaction()))
        .map(
            what ->
                new Problem(
                    OptionalLong.empty(),
                    "contract",
                    what,
                    Map.of("contract", contract.toString())));
  }
}
