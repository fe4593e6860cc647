package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.StateFold;
import org.fedledger.rule.UnknownRuleException;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.types.RoundId;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;

/**
 * Recomputes a federation from its ledger and its files, trusting neither participants nor
 * aggregators nor whoever runs the store.
 *
 * <p>It trusts that the contract is the one it should be, which is to be checked first, and that
 * the ledger it reads is the one that everybody else reads.
 */
public final class Audit {

  /** Told of each round as soon as it is checked. */
  public interface Progress {
    void checked(RoundFinding finding);
  }

  private final LedgerReader ledger;
  private final BlobFiles blobs;
  private final Path work;
  private final Progress progress;
  private final AuditOptions options;

  private final Findings whole = new Findings(OptionalLong.empty());
  private final DeadlineClaim record = new DeadlineClaim();
  private final RecordClaims claims;
  private final Set<RoundId> receiptsSeen = new HashSet<>();
  private Optional<FederationSpec> spec = Optional.empty();
  private long rounds;
  private long updates;
  private long problems;
  private long gaps;
  private boolean skipped;
  private Checkpoint settled;

  /** Checks one round after another. */
  public Audit(LedgerReader ledger, BlobSource blobs, Path work, Progress progress) {
    this(ledger, blobs, work, progress, AuditOptions.PLAIN);
  }

  /**
   * @param work an existing folder for recomputed files and copies of blobs, those of a few rounds
   *     for each thread, deleted after use
   */
  public Audit(
      LedgerReader ledger, BlobSource blobs, Path work, Progress progress, AuditOptions options) {
    this(ledger, new BlobFiles(List.of(blobs), work), work, progress, options);
  }

  /**
   * @param work an existing folder for recomputed files, a few for each thread, deleted after use
   */
  public Audit(
      LedgerReader ledger, BlobFiles blobs, Path work, Progress progress, AuditOptions options) {
    this.ledger = ledger;
    this.claims = new RecordClaims(ledger, whole);
    this.blobs = blobs;
    this.work = work;
    this.progress = progress;
    this.options = options;
  }

  /**
   * Checks the rounds that ended, in order, and keeps all that was found about each. One audit
   * object audits once.
   *
   * @param firstBlock block of the contract's deployment, or any before it
   * @param wanted which rounds to recompute; the record is read whole in any case
   */
  public AuditReport run(long firstBlock, LongPredicate wanted) throws IOException {
    List<AuditPart> parts = new ArrayList<>();
    AuditSummary summary = run(firstBlock, wanted, parts::add);
    return AuditReport.of(summary, parts);
  }

  /**
   * Checks the rounds that ended, and tells of each, in order, as soon as it is known. Memory and
   * files in use do not grow with the number of rounds.
   *
   * @throws IllegalArgumentException for a checkpoint that does not fit the ledger
   * @throws LedgerUnreachableException if the ledger does not answer, or was reorganised meanwhile
   */
  public AuditSummary run(long firstBlock, LongPredicate wanted, AuditPart.Sink sink)
      throws IOException {
    BlockRef head = ledger.head();
    try (RoundPipeline pipeline = new RoundPipeline(options.threads(), part -> tell(part, sink))) {
      StateFold fold = begin();
      try {
        read(
            options.since().map(c -> c.block().number()).orElse(firstBlock),
            head,
            fold,
            wanted,
            pipeline);
      } catch (ContradictionException e) {
        whole.problem("contract", e.getMessage());
      }
      if (fold.started()) {
        claims.endFounding(() -> fold.snapshot(head));
      } else {
        whole.problem(
            "contract",
            "the ledger holds no federation at this address",
            "contract",
            ledger.domain().contract());
      }
      pipeline.finish();
    }
    requireSameChain(head);
    conclude();
    AuditPart found = whole.part(Optional.empty());
    problems += found.problems().size();
    gaps += found.gaps().size();
    return new AuditSummary(
        ledger.domain(),
        spec.map(FederationSpec::name),
        found,
        rounds,
        updates,
        problems,
        gaps,
        head,
        options.since().map(c -> OptionalLong.of(c.round())).orElse(OptionalLong.empty()),
        Optional.ofNullable(settled)
            .or(options::since)
            .filter(_ -> problems == 0 && gaps == 0 && !skipped));
  }

  private StateFold begin() throws IOException {
    if (options.since().isEmpty()) {
      return new StateFold();
    }
    Checkpoint since = options.since().get();
    if (!(since.fit(ledger) instanceof Checkpoint.Fit.Fits)) {
      throw new IllegalArgumentException("the checkpoint does not fit the ledger");
    }
    claims.resume(since.founding());
    record.begin(since.state().created());
    readSpec(since.state().created());
    return StateFold.from(since.state());
  }

  private void read(
      long firstBlock, BlockRef head, StateFold fold, LongPredicate wanted, RoundPipeline pipeline)
      throws IOException {
    for (RecordedEvent event : LedgerFeed.events(ledger, firstBlock, head)) {
      if (event.block().number() > head.number() - confirmations()) {
        // It may still leave the chain; the next audit judges it.
        break;
      }
      if (options.since().isPresent() && !options.since().get().isBefore(event)) {
        continue;
      }
      if (fold.started() || event.event() instanceof LedgerEvent.FederationCreated) {
        claims.take(event, () -> fold.snapshot(event.block()));
      }
      try {
        fold.apply(event);
      } catch (IllegalStateException e) {
        throw new ContradictionException(e);
      }
      record.take(event);
      take(event, head, fold, wanted, pipeline);
    }
  }

  private void requireSameChain(BlockRef head) {
    if (ledger.block(head.number()).filter(b -> b.hash().equals(head.hash())).isEmpty()) {
      throw new LedgerUnreachableException(
          "the chain was reorganised while it was read; run the audit again", null);
    }
  }

  private void tell(AuditPart part, AuditPart.Sink sink) throws IOException {
    RoundFinding finding = part.finding().orElseThrow();
    rounds++;
    updates += finding.updates().stream().filter(u -> u.status() == UpdateStatus.VERIFIED).count();
    problems += part.problems().size();
    gaps += part.gaps().size();
    sink.take(part);
    progress.checked(finding);
  }

  /** What can be said when the last round is known. */
  private void conclude() throws IOException {
    record.takeRecorded().ifPresent(open -> open.problems().forEach(whole::problem));
    for (RoundId round : options.receipts().rounds()) {
      if (!receiptsSeen.contains(round)) {
        whole.note(
            "%d receipts are for round id %s, which is not among the rounds checked"
                .formatted(options.receipts().of(round).size(), round));
      }
    }
    if (rounds == 0 && options.since().isEmpty() && whole.gaps().isEmpty()) {
      whole.gap("no round was checked, so that nothing is verified");
    }
  }

  private void take(
      RecordedEvent event,
      BlockRef head,
      StateFold fold,
      LongPredicate wanted,
      RoundPipeline pipeline)
      throws IOException {
    switch (event.event()) {
      case LedgerEvent.FederationCreated created -> {
        record.begin(created);
        if (readSpec(created)) {
          checkVersion0(created, spec.get());
        }
      }
      case LedgerEvent.VersionFinal _, LedgerEvent.RoundAborted _ -> {
        Findings found = record.takeRecorded().orElseThrow();
        FederationState state = fold.snapshot(event.block());
        if (wanted.test(state.round().orElseThrow().number()) && spec.isPresent()) {
          check(state, found, pipeline);
        } else {
          skipped = true;
          found.problems().forEach(whole::problem);
        }
        if (event.block().number() + confirmations() <= head.number()) {
          settled = new Checkpoint(ledger.domain(), claims.founding(), state, event.logIndex());
        }
      }
      default -> {
        // Taken up when the round ends.
      }
    }
  }

  private long confirmations() {
    return spec.map(FederationSpec::confirmations).orElse(0);
  }

  private void check(FederationState state, Findings found, RoundPipeline pipeline)
      throws IOException {
    if (options.receipts().rounds().contains(state.round().orElseThrow().id())) {
      receiptsSeen.add(state.round().orElseThrow().id());
    }
    ReceiptClaim receipts =
        new ReceiptClaim(options.receipts(), ledger::block, new UpdateFindings());
    // A single thread's round takes all processors; several share them.
    int within = options.threads() > 1 ? 1 : Runtime.getRuntime().availableProcessors();
    RoundCase round = new RoundCase(ledger.domain(), state);
    pipeline.take(
        () -> {
          try (BlobFiles.Use use = blobs.open()) {
            return new RoundAudit(round, found, use, receipts, work, within).run();
          }
        });
  }

  /** Whether there is a spec to go by. */
  private boolean readSpec(LedgerEvent.FederationCreated created) throws IOException {
    try (BlobFiles.Use use = blobs.open()) {
      Optional<Path> file =
          whole.file(use, created.spec(), CanonicalJson.MAX_BYTES, "the federation's spec");
      if (file.isPresent()) {
        spec = Optional.of(SpecJson.parseSpec(CanonicalJson.content(file.get())));
      }
    } catch (UnknownRuleException e) {
      whole.gap(new CannotJudgeException("the federation's spec", e.getMessage()).getMessage());
    } catch (MalformedJsonException e) {
      whole.gap("cannot judge: the spec %s: %s".formatted(created.spec(), e.getMessage()));
    }
    return spec.isPresent();
  }

  private void checkVersion0(LedgerEvent.FederationCreated created, FederationSpec spec)
      throws IOException {
    try (BlobFiles.Use use = blobs.open()) {
      new FoundingClaim(created, whole).checkVersion0(spec, use, work);
    }
  }
}
