package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.round.PlanCheck;
import org.fedledger.round.RoundInputs;
import org.fedledger.spec.PlanTerm;
import org.fedledger.store.BlobFiles;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.fedledger.verify.AuditReport.UpdateStatus;

/** Checks one round that has ended: each claim of its record, then what its files decide. */
final class RoundAudit {

  /** What the ledger alone tells. */
  private static final List<RoundClaim> OF_THE_RECORD =
      List.of(
          new RoundIdClaim(),
          new MembershipClaim(),
          new CommitmentClaim(),
          new PublicationClaim(),
          new AttestationClaim());

  private final RoundCase c;
  private final Round round;
  private final BlobFiles.Use blobs;
  private final ReceiptClaim receipts;
  private final Path work;
  private final int threads;
  private final Findings findings;
  private final UpdateFindings updates;

  /**
   * @param recorded what was found in the round's events
   * @param receipts which finds out about the same updates
   * @param work folder for the recomputed file, which is deleted again
   * @param threads at least 1; no finding depends on it
   */
  RoundAudit(
      RoundCase c,
      Findings recorded,
      BlobFiles.Use blobs,
      ReceiptClaim receipts,
      Path work,
      int threads) {
    this.c = c;
    this.round = c.round();
    this.blobs = blobs;
    this.receipts = receipts;
    this.updates = receipts.updates();
    this.work = work;
    this.threads = threads;
    this.findings = recorded;
  }

  AuditPart run() throws IOException {
    OF_THE_RECORD.forEach(claim -> claim.check(c, findings));
    round.commitments().values().stream()
        .filter(committed -> !CommitmentClaim.isSigned(c, committed))
        .forEach(committed -> updates.find(committed, UpdateStatus.UNSIGNED));
    receipts.check(c, findings);
    Optional<Digest> recomputed = judge();
    if (round.phase() == Round.Phase.FINAL) {
      new VersionClaim(blobs).check(c.state().head(), findings);
    }
    if (round.decided().isEmpty()) {
      findings.note(
          "round %d was aborted: %s"
              .formatted(round.number(), round.abortReason().map(AbortReason::meaning).orElse("")));
      for (UpdateCommitted committed : round.commitments().values()) {
        updates.find(committed, UpdateStatus.REJECTED, "round aborted");
      }
    }
    return findings.part(Optional.of(finding(recomputed)));
  }

  private RoundFinding finding(Optional<Digest> recomputed) {
    return new RoundFinding(
        round.number(),
        round.phase() == Round.Phase.FINAL
            ? OptionalLong.of(round.version())
            : OptionalLong.empty(),
        status(),
        round
            .decided()
            .map(decided -> decided.record().publication().model())
            .filter(d -> !d.isZero()),
        recomputed,
        updates.all());
  }

  private RoundStatus status() {
    if (findings.failed()) {
      return RoundStatus.MISMATCH;
    }
    return findings.gaps().isEmpty() ? RoundStatus.VERIFIED : RoundStatus.INCOMPLETE;
  }

  /** The decided publication's model as recomputed, if there is one and all it takes is there. */
  private Optional<Digest> judge() throws IOException {
    List<Candidate> failed =
        round.candidates().stream()
            .filter(f -> f.status() == Candidate.Status.FAILED && !f.attestations().isEmpty())
            .toList();
    boolean published = round.decided().isPresent() || !failed.isEmpty();
    RoundInputs inputs =
        published
            ? RoundInputs.load(c.state(), round, blobs)
            : RoundInputs.loadBasis(c.state(), round, blobs);
    return switch (inputs) {
      case RoundInputs.Lacking lacking -> {
        lacking
            .files()
            .forEach(
                file -> {
                  if (published) {
                    findings.gap(file.toString());
                  } else {
                    findings.note("round %d: %s".formatted(round.number(), file));
                  }
                });
        yield Optional.empty();
      }
      case RoundInputs.Invalid invalid -> {
        cannotJudge(invalid);
        yield Optional.empty();
      }
      case RoundInputs.Ready ready -> {
        noteTerms(ready);
        yield published ? judge(ready, failed) : Optional.empty();
      }
    };
  }

  private void cannotJudge(RoundInputs.Invalid invalid) {
    if (round.candidates().isEmpty()) {
      findings.note(
          "round %d cannot be judged, and nothing was published in it: %s"
              .formatted(round.number(), invalid.why()));
    } else if (invalid.who().isPresent()) {
      findings.problem(
          invalid.who().get(), invalid.objection().what(), invalid.objection().evidence());
    } else {
      findings.gap("cannot judge: " + invalid.why());
    }
  }

  private void noteTerms(RoundInputs.Ready ready) {
    Set<PlanTerm> changed = PlanCheck.changed(ready.spec(), ready.plan());
    if (!changed.isEmpty()) {
      findings.note(
          "round %d: its plan has other terms than the spec's, as it may: %s"
              .formatted(
                  round.number(),
                  String.join(", ", changed.stream().map(PlanTerm::text).toList())));
    }
  }

  private Optional<Digest> judge(RoundInputs.Ready ready, List<Candidate> failed)
      throws IOException {
    RoundComputation computation =
        new RoundComputation(
            c.state().federation(),
            ready.spec(),
            ready.plan(),
            round,
            c.state().created().quorum(),
            threads);
    Collection<JudgedUpdate> judged = JudgedUpdate.all(ready).values();
    AggregateClaim aggregate = new AggregateClaim(ready, computation, judged, blobs, work);
    Optional<Digest> recomputed = Optional.empty();
    if (round.decided().isPresent()) {
      recomputed = decided(round.decided().get(), judged, aggregate);
    }
    for (Candidate candidate : failed) {
      failed(candidate, judged, aggregate);
    }
    return recomputed;
  }

  private Optional<Digest> decided(
      Candidate candidate, Collection<JudgedUpdate> judged, AggregateClaim aggregate)
      throws IOException {
    new DecisionClaim(c, candidate, findings, updates).check(judged);
    Optional<Recomputation> again = aggregate.recompute(candidate);
    again
        .map(Recomputation::leftOut)
        .filter(leftOut -> !leftOut.isEmpty())
        .ifPresent(
            leftOut ->
                findings.note(
                    "round %d: of the accepted updates, %s did not choose those of %s"
                        .formatted(round.number(), aggregate.rule(), leftOut)));
    again
        .flatMap(Recomputation::fault)
        .ifPresent(
            fault -> findings.problem(c.publisher(candidate), fault.what(), fault.evidence()));
    return conclude(candidate, judged, again);
  }

  /** Whether a failed publication was right, which tells who of its verifiers was. */
  private void failed(
      Candidate candidate, Collection<JudgedUpdate> judged, AggregateClaim aggregate)
      throws IOException {
    PublicationFinding decision = DecisionClaim.assess(candidate.record().decision(), judged);
    Optional<Recomputation> again =
        decision == PublicationFinding.CORRECT ? aggregate.recompute(candidate) : Optional.empty();
    PublicationFinding found = finding(decision, again);
    if (found != PublicationFinding.UNKNOWN) {
      findings.note(
          "round %d, attempt %d by %s: recomputed, it was %s"
              .formatted(
                  round.number(),
                  candidate.attempt(),
                  candidate.record().aggregator(),
                  found == PublicationFinding.CORRECT ? "right" : "wrong"));
    }
    conclude(candidate, judged, again);
  }

  private Optional<Digest> conclude(
      Candidate candidate, Collection<JudgedUpdate> judged, Optional<Recomputation> again) {
    PublicationFinding decision = DecisionClaim.assess(candidate.record().decision(), judged);
    Optional<Digest> model = again.flatMap(Recomputation::model);
    new FindingClaim(c, findings).check(candidate, finding(decision, again), model);
    return model;
  }

  private static PublicationFinding finding(
      PublicationFinding decision, Optional<Recomputation> again) {
    return decision.and(again.map(Recomputation::finding).orElse(PublicationFinding.UNKNOWN));
  }
}
