package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.StateFold;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.TransactionHash;
import org.fedledger.verify.AuditReport.RoundFinding;

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
  private final BlobSource blobs;
  private final Path work;
  private final Progress progress;

  private final List<RoundFinding> rounds = new ArrayList<>();
  private final Findings whole;
  private final List<Findings> parts = new ArrayList<>();
  private Optional<FederationSpec> spec = Optional.empty();
  private TransactionHash founding;

  /**
   * @param work an existing folder for recomputed files, one at a time, deleted after use
   */
  public Audit(LedgerReader ledger, BlobSource blobs, Path work, Progress progress) {
    this.ledger = ledger;
    this.blobs = blobs;
    this.work = work;
    this.progress = progress;
    this.whole = new Findings(OptionalLong.empty(), blobs);
    parts.add(whole);
  }

  /**
   * Checks the rounds that ended, in order. One audit object audits once.
   *
   * @param firstBlock block of the contract's deployment, or any before it
   * @param wanted which rounds to recompute; the record is read whole in any case
   */
  public AuditReport run(long firstBlock, LongPredicate wanted) throws IOException {
    BlockRef head = ledger.head();
    StateFold fold = new StateFold();
    try {
      for (long from = firstBlock; from <= head.number(); from += LedgerReader.MAX_SPAN) {
        long to = Math.min(head.number(), from + LedgerReader.MAX_SPAN - 1);
        for (RecordedEvent event : ledger.events(from, to)) {
          fold.apply(event);
          take(event, fold, wanted);
        }
      }
    } catch (IllegalStateException e) {
      whole.problem("contract", e.getMessage());
    }
    if (!fold.started()) {
      whole.problem(
          "contract",
          "the ledger holds no federation at this address",
          "contract",
          ledger.domain().contract());
    }
    return new AuditReport(
        ledger.domain(),
        spec.map(FederationSpec::name),
        rounds,
        parts.stream().flatMap(p -> p.problems().stream()).toList(),
        parts.stream().flatMap(p -> p.gaps().stream()).toList(),
        parts.stream().flatMap(p -> p.notes().stream()).toList());
  }

  private void take(RecordedEvent event, StateFold fold, LongPredicate wanted) throws IOException {
    switch (event.event()) {
      case LedgerEvent.FederationCreated created -> {
        founding = event.transaction();
        begin(created);
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
        FederationState state = fold.snapshot(event.block());
        if (wanted.test(state.round().orElseThrow().number())) {
          check(state);
        }
      }
      default -> {
        // Taken up when the round ends.
      }
    }
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

  private void check(FederationState state) throws IOException {
    if (spec.isEmpty()) {
      return;
    }
    RoundAudit audit = new RoundAudit(ledger.domain(), state, spec.get(), blobs, work);
    RoundFinding finding = audit.run();
    rounds.add(finding);
    parts.add(audit.findings());
    progress.checked(finding);
  }

  private void begin(LedgerEvent.FederationCreated created) throws IOException {
    Optional<Path> file = whole.file(created.spec(), "the federation's spec");
    if (file.isEmpty()) {
      return;
    }
    try {
      spec = Optional.of(SpecJson.parseSpec(Files.readAllBytes(file.get())));
    } catch (MalformedJsonException e) {
      whole.problem(
          "coordinator", "the spec is not valid: " + e.getMessage(), "spec", created.spec());
      return;
    }
    checkInitialModel(created, spec.get());
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
}
