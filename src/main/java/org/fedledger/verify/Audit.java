package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.StateFold;
import org.fedledger.rule.UnknownRuleException;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;
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
  private final SharedBlobs blobs;
  private final Path work;
  private final Progress progress;
  private final AuditOptions options;

  private final Findings whole = new Findings(OptionalLong.empty());
  private final RecordChecks record = new RecordChecks();
  private final Set<RoundId> receiptsSeen = new HashSet<>();
  private Optional<FederationSpec> spec = Optional.empty();
  private TransactionHash founding;
  private long rounds;
  private long updates;
  private long problems;
  private long gaps;
  private boolean skipped;
  private Checkpoint settled;
  private FederationState last;

  /** Checks one round after another. */
  public Audit(LedgerReader ledger, BlobSource blobs, Path work, Progress progress) {
    this(ledger, blobs, work, progress, AuditOptions.PLAIN);
  }

  /**
   * @param work an existing folder for recomputed files, a few for each thread, deleted after use
   */
  public Audit(
      LedgerReader ledger, BlobSource blobs, Path work, Progress progress, AuditOptions options) {
    this.ledger = ledger;
    this.blobs = new SharedBlobs(blobs);
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
      if (!fold.started()) {
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
    founding = since.founding();
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
    record.takeFindings().ifPresent(open -> open.problems().forEach(whole::problem));
    for (RoundId round : options.receipts().rounds()) {
      if (!receiptsSeen.contains(round)) {
        whole.note(
            "%d receipts are for round id %s, which is not among the rounds checked"
                .formatted(options.receipts().of(round).size(), round));
      }
    }
    if (last != null) {
      checkLastModel(last.head());
    }
  }

  /** Other versions' files are checked as bases of the rounds after them. */
  private void checkLastModel(ModelVersion version) throws IOException {
    String what = "the file of version %d, the last one".formatted(version.version());
    try (SharedBlobs.Use use = blobs.open()) {
      if (use.fetch(version.model()) instanceof BlobSource.Fetched.Found) {
        whole.file(use, version.model(), what);
      } else {
        whole.note(what + ", could not be had");
      }
      if (!version.state().isZero()) {
        whole.file(
            use, version.state(), "the rule state of version %d".formatted(version.version()));
      }
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
        founding = event.transaction();
        record.begin(created);
        if (readSpec(created)) {
          checkInitialModel(created, spec.get());
          checkInitialState(created, spec.get());
        }
      }
      case LedgerEvent.GovernanceApproved e -> checkApproval(fold.snapshot(event.block()), e);
      case LedgerEvent.CoordinatorChanged e ->
          noteChange(event, "%s becomes coordinator from round %d", e.coordinator(), e.fromRound());
      case LedgerEvent.AggregatorAdded e ->
          noteChange(event, "%s is aggregator from round %d on", e.aggregator(), e.fromRound());
      case LedgerEvent.AggregatorRemoved e ->
          noteChange(event, "%s is no aggregator from round %d", e.aggregator(), e.untilRound());
      case LedgerEvent.VerifierAdded e ->
          noteChange(event, "%s is verifier from round %d on", e.verifier(), e.fromRound());
      case LedgerEvent.VerifierRemoved e ->
          noteChange(event, "%s is no verifier from round %d", e.verifier(), e.untilRound());
      case LedgerEvent.VersionFinal _, LedgerEvent.RoundAborted _ -> {
        Findings found = record.takeFindings().orElseThrow();
        FederationState state = fold.snapshot(event.block());
        if (wanted.test(state.round().orElseThrow().number()) && spec.isPresent()) {
          check(state, found, pipeline);
        } else {
          skipped = true;
          found.problems().forEach(whole::problem);
        }
        if (event.block().number() + confirmations() <= head.number()) {
          settled = new Checkpoint(ledger.domain(), founding, state, event.logIndex());
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
    last = state;
    if (options.receipts().rounds().contains(state.round().orElseThrow().id())) {
      receiptsSeen.add(state.round().orElseThrow().id());
    }
    ReceiptCheck receipts = new ReceiptCheck(options.receipts(), ledger.domain(), ledger::block);
    // A single thread's round takes all processors; several share them.
    int within = options.threads() > 1 ? 1 : Runtime.getRuntime().availableProcessors();
    FederationSpec agreed = spec.orElseThrow();
    pipeline.take(
        () -> {
          try (SharedBlobs.Use use = blobs.open()) {
            return new RoundAudit(
                    ledger.domain(), state, agreed, found, use, receipts, work, within)
                .run();
          }
        });
  }

  /** M different verifiers signed the change of roles that the next event names. */
  private void checkApproval(FederationState state, LedgerEvent.GovernanceApproved approved) {
    GovernanceChange change =
        new GovernanceChange(
            state.federation(), approved.change().code(), approved.account(), approved.nonce());
    long verifiers =
        approved.signatures().stream()
            .map(signature -> ledger.domain().signer(change, signature))
            .flatMap(Optional::stream)
            .filter(state.verifiers()::containsKey)
            .filter(signer -> state.verifiers().get(signer).covers(state.nextRound()))
            .distinct()
            .count();
    if (verifiers < state.created().attestationThreshold()) {
      whole.problem(
          "contract",
          "a change of roles was not signed by enough verifiers",
          "change",
          approved.change(),
          "account",
          approved.account(),
          "signedBy",
          verifiers,
          "needed",
          state.created().attestationThreshold());
    }
  }

  /** Who could change the record's future is worth knowing, save those it was founded with. */
  private void noteChange(RecordedEvent event, String what, Object... values) {
    if (!event.transaction().equals(founding)) {
      whole.note("block %d: %s".formatted(event.block().number(), what.formatted(values)));
    }
  }

  /** Whether there is a spec to go by. */
  private boolean readSpec(LedgerEvent.FederationCreated created) throws IOException {
    try (SharedBlobs.Use use = blobs.open()) {
      Optional<Path> file = whole.file(use, created.spec(), "the federation's spec");
      if (file.isPresent()) {
        spec = Optional.of(SpecJson.parseSpec(Files.readAllBytes(file.get())));
      }
    } catch (UnknownRuleException e) {
      whole.gap(new CannotJudgeException("the federation's spec", e.getMessage()).getMessage());
    } catch (MalformedJsonException e) {
      whole.problem(
          "coordinator", "the spec is not valid: " + e.getMessage(), "spec", created.spec());
    }
    return spec.isPresent();
  }

  private void checkInitialModel(LedgerEvent.FederationCreated created, FederationSpec spec)
      throws IOException {
    if (!InitialModels.reproducible(spec)) {
      whole.note("version 0 was supplied as a file; nothing says how it was made");
      return;
    }
    Path out = Files.createTempFile(work, "version-0", ".safetensors");
    try {
      BlobId made = InitialModels.write(spec, created.federation(), out);
      if (!made.digest().equals(created.model())) {
        whole.problem(
            "coordinator",
            "version 0 is not what the spec makes",
            "recorded",
            created.model(),
            "made",
            made.digest());
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private void checkInitialState(LedgerEvent.FederationCreated created, FederationSpec spec)
      throws IOException {
    Path out = Files.createTempFile(work, "state-0", ".safetensors");
    try {
      Optional<BlobId> made = InitialModels.writeState(spec, created.federation(), out);
      Digest digest = made.map(BlobId::digest).orElse(Digest.NONE);
      if (!digest.equals(created.state())
          || made.map(BlobId::size).orElse(0L) != created.stateSize()) {
        whole.problem(
            "coordinator",
            "the rule state of version 0 is not what the spec's rule begins with",
            "recorded",
            created.state(),
            "made",
            digest,
            "rule",
            spec.plan().rule().id());
      }
    } finally {
      Files.deleteIfExists(out);
    }
  }
}
