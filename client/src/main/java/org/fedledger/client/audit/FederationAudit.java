package org.fedledger.client.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.contracts.FederationContract;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.fedledger.verify.Audit;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditPart;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditSummary;
import org.fedledger.verify.Checkpoint;

/** An audit over JSON-RPC: first that the contract is ours, then everything it records. */
public final class FederationAudit {

  private static final long BLOCKS_LOOKED_AT = 20_000;

  private final Rpc rpc;
  private final Web3jLedgerReader ledger;
  private final BlobSource blobs;

  public FederationAudit(Rpc rpc, Address contract, BlobSource blobs) {
    this.rpc = rpc;
    this.ledger = new Web3jLedgerReader(rpc, contract, Optional.empty());
    this.blobs = blobs;
  }

  /**
   * All findings together.
   *
   * @param wanted which rounds to recompute
   */
  public AuditReport report(LongPredicate wanted, AuditOptions options) throws IOException {
    List<AuditPart> rounds = new ArrayList<>();
    AuditSummary summary = run(wanted, _ -> {}, options, rounds::add);
    return AuditReport.of(summary, rounds);
  }

  /**
   * The same, told a round at a time; what the contract refused is among the notes.
   *
   * @throws IllegalArgumentException for a checkpoint that does not fit the ledger
   */
  public AuditSummary run(
      LongPredicate wanted, Audit.Progress progress, AuditOptions options, AuditPart.Sink sink)
      throws IOException {
    Optional<RecordedEvent> creation =
        options.since().isPresent() ? Optional.empty() : LedgerFeed.founding(ledger);
    Optional<Problem> lookAlike =
        options
            .since()
            .map(Checkpoint::founding)
            .or(() -> creation.map(RecordedEvent::transaction))
            .flatMap(this::lookAlike);
    if (lookAlike.isPresent()) {
      // Nothing that such a contract says means anything.
      return new AuditSummary(
          ledger.domain(),
          Optional.empty(),
          new AuditPart(Optional.empty(), List.of(lookAlike.get()), List.of(), List.of()),
          0,
          0,
          1,
          0,
          ledger.head(),
          OptionalLong.empty(),
          Optional.empty());
    }
    try (ScratchFolder work = ScratchFolder.create("fedledger-audit")) {
      long first = creation.map(e -> e.block().number()).orElse(0L);
      AuditSummary summary =
          new Audit(ledger, blobs, work.path(), progress, options).run(first, wanted, sink);
      long news = options.since().map(c -> c.block().number()).orElse(first);
      return summary.noting(
          RefusalNotes.of(rpc, ledger.domain().contract(), news, RefusalNotes.MOST_BLOCKS));
    }
  }

  /** Whether an audit may go on from a checkpoint. */
  public Checkpoint.Fit fit(Checkpoint checkpoint) {
    return checkpoint.fit(ledger);
  }

  /** The number of the last round, looked for near the ledger's head only. */
  public OptionalLong lastRound() {
    BlockRef head = ledger.head();
    OptionalLong last = OptionalLong.empty();
    for (RecordedEvent event :
        LedgerFeed.events(ledger, Math.max(0, head.number() - BLOCKS_LOOKED_AT), head)) {
      if (event.event() instanceof LedgerEvent.RoundOpened opened) {
        last = OptionalLong.of(opened.round());
      }
    }
    return last;
  }

  private Optional<Problem> lookAlike(TransactionHash founding) {
    Address contract = ledger.domain().contract();
    return FederationContract.lookAlike(rpc, ledger.domain(), founding)
        .map(
            what ->
                new Problem(
                    OptionalLong.empty(),
                    "contract",
                    what,
                    Map.of("contract", contract.toString())));
  }
}
