package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.fedledger.gate.Verdict;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.Attested;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Participant;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.rule.Difference;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.UnknownRuleException;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.RoundTerms;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.fedledger.verify.AuditReport.UpdateFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;

/** Checks one round that has ended: signatures, files, gates, and the aggregate bit for bit. */
final class RoundAudit {

  private final SigningDomain domain;
  private final FederationState state;
  private final Round round;
  private final Digest specDigest;
  private final FederationSpec spec;
  private final BlobSource blobs;
  private final ReceiptCheck receipts;
  private final Path work;
  private final int threads;

  private final Findings findings;
  private final Map<Address, UpdateFinding> updates = new LinkedHashMap<>();
  private final Map<Address, JudgedUpdate> judged = new TreeMap<>();

  /** That the decided publication is not what it should be was proven. */
  private boolean disproved;

  /**
   * @param state as it was when the round ended
   * @param recorded what was found in the round's events
   * @param work folder for the recomputed file, which is deleted again
   * @param threads at least 1; no finding depends on it
   */
  RoundAudit(
      SigningDomain domain,
      FederationState state,
      FederationSpec spec,
      Findings recorded,
      BlobSource blobs,
      ReceiptCheck receipts,
      Path work,
      int threads) {
    this.domain = domain;
    this.state = state;
    this.round = state.round().orElseThrow();
    this.specDigest = state.created().spec();
    this.spec = spec;
    this.blobs = blobs;
    this.receipts = receipts;
    this.work = work;
    this.threads = threads;
    this.findings = recorded;
  }

  AuditPart run() throws IOException {
    checkRoundId();
    round.commitments().values().forEach(this::checkCommitment);
    round.candidates().forEach(this::checkCandidate);
    receipts.look(round, findings);
    Optional<Digest> recomputed = recompute();
    Optional<Candidate> decided = round.decided();
    if (decided.isEmpty()) {
      findings.note(
          "round %d was aborted: %s"
              .formatted(round.number(), round.abortReason().map(AbortReason::meaning).orElse("")));
      round.commitments().values().forEach(c -> find(c, UpdateStatus.REJECTED, "round aborted"));
    }
    RoundFinding finding =
        new RoundFinding(
            round.number(),
            madeVersion()
                ? OptionalLong.of(round.opened().baseVersion() + 1)
                : OptionalLong.empty(),
            status(),
            decided.map(c -> c.record().publication().model()).filter(d -> !d.isZero()),
            recomputed,
            List.copyOf(updates.values()));
    return findings.part(Optional.of(finding));
  }

  private boolean madeVersion() {
    return round.phase() == Round.Phase.FINAL;
  }

  private RoundStatus status() {
    if (findings.failed()) {
      return RoundStatus.MISMATCH;
    }
    return findings.gaps().isEmpty() ? RoundStatus.VERIFIED : RoundStatus.INCOMPLETE;
  }

  private void checkRoundId() {
    RoundOpening o = round.opening();
    RoundId computed =
        new RoundTerms(
                state.federation(),
                round.number(),
                o.plan(),
                round.opened().baseModel(),
                o.commitDeadline(),
                o.revealSeconds(),
                o.publicationSeconds(),
                o.attestationSeconds())
            .id();
    if (!computed.equals(round.id())) {
      findings.problem(
          "contract",
          "the round id is not the hash of what the round was opened with",
          "recorded",
          round.id(),
          "computed",
          computed);
    }
  }

  private void checkCommitment(UpdateCommitted committed) {
    UpdateCommitment c = committed.commitment();
    Participant member = round.members().get(c.participant());
    Optional<Address> signer = domain.signer(c, committed.signature());
    if (!signer.equals(Optional.of(member.signer()))) {
      findings.problem(
          c.participant().toString(),
          "the commitment does not carry its participant's signature",
          "digest",
          c.digest(),
          "signedBy",
          signer.map(Address::toString).orElse("nobody"),
          "signingKey",
          member.signer());
      find(committed, UpdateStatus.UNSIGNED, null);
    }
    if (c.weight() < 1 || c.weight() > round.opening().weightCap()) {
      findings.problem(
          c.participant().toString(),
          "the weight lies outside what the round allows",
          "weight",
          c.weight(),
          "cap",
          round.opening().weightCap());
    }
    if (committed.index() != member.index()) {
      findings.problem(
          "contract",
          "a commitment is recorded under another admission index than its participant's",
          "participant",
          c.participant(),
          "recorded",
          committed.index(),
          "admitted",
          member.index());
    }
    checkPrivacy(c, member);
  }

  /** Unsigned throughout, and without overflow. */
  private void checkPrivacy(UpdateCommitment c, Participant member) {
    long left = member.privacyBudget() - member.privacySpent();
    boolean overspent =
        Long.compareUnsigned(member.privacySpent(), member.privacyBudget()) > 0
            || Long.compareUnsigned(c.privacyCost(), left) > 0;
    if (c.privacyCost() != 0 && overspent) {
      findings.problem(
          c.participant().toString(),
          "the participant spent more privacy than its budget",
          "spent",
          Long.toUnsignedString(member.privacySpent()),
          "cost",
          Long.toUnsignedString(c.privacyCost()),
          "budget",
          Long.toUnsignedString(member.privacyBudget()));
    }
  }

  private void checkCandidate(Candidate candidate) {
    var record = candidate.record();
    String aggregator = record.aggregator().toString();
    Optional<Address> signer = domain.signer(record.publication(), record.signature());
    if (!signer.equals(Optional.of(record.aggregator()))
        || !round.aggregators().contains(record.aggregator())) {
      findings.problem(
          aggregator,
          "the publication is not signed by an aggregator of the round",
          "signedBy",
          signer.map(Address::toString).orElse("nobody"));
    }
    if (!record.publication().id().equals(record.publicationId())) {
      findings.problem(
          "contract",
          "the publication id is not the publication's hash",
          "recorded",
          record.publicationId(),
          "computed",
          record.publication().id());
    }
    if (!record.decision().digest().equals(record.publication().acceptedDigest())) {
      findings.problem(
          aggregator,
          "the decisions are not those that the publication was signed with",
          "signed",
          record.publication().acceptedDigest(),
          "recorded",
          record.decision().digest());
    }
    checkPartition(record.decision(), aggregator);
    candidate.attestations().values().forEach(a -> checkSignature(candidate, a));
    if (candidate.status() == Candidate.Status.FINAL && !round.verifiers().isEmpty()) {
      int matching = candidate.attested(true).size();
      int needed = state.created().attestationThreshold();
      if (matching < needed) {
        findings.problem(
            "contract",
            "a publication became final with too few attestations",
            "attested",
            matching,
            "needed",
            needed);
      }
    }
    List<Address> differing = candidate.attested(false);
    if (!differing.isEmpty()) {
      findings.note(
          "round %d, attempt %d: verifiers who differ: %s"
              .formatted(round.number(), candidate.attempt(), differing));
    }
    candidate
        .failure()
        .ifPresent(
            why ->
                findings.note(
                    "round %d, attempt %d by %s failed: %s"
                        .formatted(
                            round.number(), candidate.attempt(), aggregator, why.meaning())));
  }

  /** Every committed update is accepted or rejected, once, and nothing else is. */
  private void checkPartition(Decision decision, String aggregator) {
    for (int index = 0; index < decision.accepted().size() * 256; index++) {
      int at = index;
      boolean committed = round.commitments().values().stream().anyMatch(c -> c.index() == at);
      boolean rejected = decision.rejections().stream().anyMatch(r -> r.index() == at);
      boolean named = decision.accepts(index) ^ rejected;
      if (committed != (named && !(decision.accepts(index) && rejected))) {
        findings.problem(
            aggregator,
            "the decisions do not name each committed update once",
            "index",
            index,
            "committed",
            committed,
            "accepted",
            decision.accepts(index),
            "rejected",
            rejected);
      }
    }
  }

  private void checkSignature(Candidate candidate, Attested attested) {
    Optional<Address> signer = domain.signer(attested.attestation(), attested.signature());
    if (!signer.equals(Optional.of(attested.verifier()))
        || !round.verifiers().contains(attested.verifier())) {
      findings.problem(
          attested.verifier().toString(),
          "the attestation is not signed by a verifier of the round",
          "attempt",
          candidate.attempt(),
          "signedBy",
          signer.map(Address::toString).orElse("nobody"));
    }
  }

  /** The decided publication's model as recomputed, if there is one and all it takes is there. */
  private Optional<Digest> recompute() throws IOException {
    Optional<Candidate> decided = round.decided();
    List<Candidate> failed =
        round.candidates().stream()
            .filter(c -> c.status() == Candidate.Status.FAILED && !c.attestations().isEmpty())
            .toList();
    if (decided.isEmpty() && failed.isEmpty()) {
      return Optional.empty();
    }
    Optional<RoundPlan> plan = plan();
    Optional<RoundComputation.BaseFiles> base = base();
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    RoundComputation computation;
    try {
      computation =
          new RoundComputation(
              state.federation(), spec, plan.get(), round, state.created().quorum(), threads);
    } catch (CannotJudgeException e) {
      findings.gap(e.getMessage());
      return Optional.empty();
    }
    for (UpdateCommitted committed : round.commitments().values()) {
      judged.put(committed.commitment().participant(), judged(computation, committed));
    }
    Optional<Digest> recomputed = Optional.empty();
    if (decided.isPresent()) {
      recomputed = recompute(computation, decided.get(), base);
    }
    for (Candidate candidate : failed) {
      reassess(computation, candidate, base);
    }
    return recomputed;
  }

  /** The files of the version that the round builds on, if all of them are there. */
  private Optional<RoundComputation.BaseFiles> base() throws IOException {
    Optional<Path> model =
        findings.file(blobs, round.opened().baseModel(), "the base version's file");
    if (round.opened().baseState().isZero()) {
      return model.map(file -> new RoundComputation.BaseFiles(file, Optional.empty()));
    }
    Optional<Path> carried =
        findings.file(blobs, round.opened().baseState(), "the base version's rule state");
    return model
        .filter(_ -> carried.isPresent())
        .map(file -> new RoundComputation.BaseFiles(file, carried));
  }

  private Optional<Digest> recompute(
      RoundComputation computation, Candidate candidate, Optional<RoundComputation.BaseFiles> base)
      throws IOException {
    List<WeightedUpdate> accepted = new ArrayList<>();
    boolean complete = true;
    for (JudgedUpdate update : judged.values()) {
      Optional<Path> file = report(update, candidate);
      if (candidate.record().decision().accepts(update.committed().index())) {
        file.ifPresent(path -> accepted.add(update.weighted(path)));
        complete &= file.isPresent();
      }
    }
    if (!complete || base.isEmpty()) {
      new AttestationCheck(round, findings)
          .check(
              candidate,
              disproved ? PublicationFinding.WRONG : PublicationFinding.UNKNOWN,
              Optional.empty());
      return Optional.empty();
    }
    Optional<Digest> recomputed = compare(computation, candidate, base.get(), accepted);
    new AttestationCheck(round, findings)
        .check(
            candidate,
            disproved ? PublicationFinding.WRONG : PublicationFinding.CORRECT,
            recomputed);
    return recomputed;
  }

  /** Whether a failed publication was right, which tells who of its verifiers was. */
  private void reassess(
      RoundComputation computation, Candidate candidate, Optional<RoundComputation.BaseFiles> base)
      throws IOException {
    List<WeightedUpdate> accepted = new ArrayList<>();
    PublicationFinding found =
        base.isPresent() ? PublicationFinding.CORRECT : PublicationFinding.UNKNOWN;
    for (JudgedUpdate update : judged.values()) {
      PublicationFinding decision = update.fits(candidate.record().decision());
      found = found.and(decision);
      if (candidate.record().decision().accepts(update.committed().index())
          && decision != PublicationFinding.UNKNOWN) {
        accepted.add(update.weighted(update.file().orElseThrow()));
      }
    }
    Optional<Digest> recomputed = Optional.empty();
    if (found == PublicationFinding.CORRECT && accepted.size() >= state.created().quorum()) {
      var publication = candidate.record().publication();
      RuleApplication.Target out = newFiles();
      try {
        var result =
            computation.aggregate(base.get(), candidate.record().decision(), accepted, out);
        if (result instanceof RoundComputation.Result.Aggregated a) {
          recomputed = Optional.of(a.model());
          boolean same =
              a.model().equals(publication.model())
                  && a.modelSize() == publication.modelSize()
                  && a.state().equals(publication.state())
                  && a.stateSize() == publication.stateSize();
          found = same ? PublicationFinding.CORRECT : PublicationFinding.WRONG;
        } else {
          found = candidate.proposesAbort() ? PublicationFinding.CORRECT : PublicationFinding.WRONG;
        }
      } finally {
        delete(out);
      }
    } else if (found == PublicationFinding.CORRECT) {
      found = candidate.proposesAbort() ? PublicationFinding.CORRECT : PublicationFinding.WRONG;
    }
    if (found != PublicationFinding.UNKNOWN) {
      findings.note(
          "round %d, attempt %d by %s: recomputed, it was %s"
              .formatted(
                  round.number(),
                  candidate.attempt(),
                  candidate.record().aggregator(),
                  found == PublicationFinding.CORRECT ? "right" : "wrong"));
    }
    new AttestationCheck(round, findings).check(candidate, found, recomputed);
  }

  /** Names in the work folder for a recomputed version. */
  private RuleApplication.Target newFiles() throws IOException {
    Path folder = Files.createTempDirectory(work, "recomputed");
    return new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
  }

  private static void delete(RuleApplication.Target files) throws IOException {
    Files.deleteIfExists(files.model());
    Files.deleteIfExists(files.state());
    Files.delete(files.model().getParent());
  }

  private Optional<RoundPlan> plan() throws IOException {
    Digest digest = round.opening().plan();
    Optional<Path> file = findings.file(blobs, digest, "the round's plan");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      RoundPlan plan = SpecJson.parsePlan(Files.readAllBytes(file.get()));
      if (!plan.spec().equals(specDigest)) {
        findings.problem(
            "coordinator",
            "the plan belongs to another spec",
            "plan",
            digest,
            "planSpec",
            plan.spec(),
            "spec",
            specDigest);
      }
      if (plan.terms().weightCap() != round.opening().weightCap()) {
        findings.problem(
            "coordinator",
            "the round was opened with another weight cap than its plan has",
            "planned",
            plan.terms().weightCap(),
            "opened",
            round.opening().weightCap());
      }
      return Optional.of(plan);
    } catch (UnknownRuleException e) {
      findings.gap(new CannotJudgeException("the round's plan", e.getMessage()).getMessage());
      return Optional.empty();
    } catch (MalformedJsonException e) {
      findings.problem("coordinator", "the plan is not valid: " + e.getMessage(), "plan", digest);
      return Optional.empty();
    }
  }

  private JudgedUpdate judged(RoundComputation computation, UpdateCommitted committed)
      throws IOException {
    UpdateCommitment c = committed.commitment();
    return switch (blobs.fetch(c.digest())) {
      case BlobSource.Fetched.Found(Path file) ->
          JudgedUpdate.of(committed, file, computation.judge(c, Optional.of(file)));
      case BlobSource.Fetched.Missing _ ->
          JudgedUpdate.without(committed, UpdateStatus.MISSING, "it is not in the store");
      case BlobSource.Fetched.Erased(String why) ->
          JudgedUpdate.without(committed, UpdateStatus.ERASED, "it was erased: " + why);
      case BlobSource.Fetched.Denied(String why) ->
          JudgedUpdate.without(committed, UpdateStatus.MISSING, why);
      case BlobSource.Fetched.Unreachable(String why) ->
          JudgedUpdate.without(committed, UpdateStatus.MISSING, why);
    };
  }

  /** Compares the gates' verdict with the recorded decision; gives the file if it may be used. */
  private Optional<Path> report(JudgedUpdate update, Candidate candidate) throws IOException {
    UpdateCommitted committed = update.committed();
    Decision decision = candidate.record().decision();
    boolean accepted = decision.accepts(committed.index());
    Optional<Reason> recorded = JudgedUpdate.recorded(decision, committed);
    if (recorded.equals(Optional.of(Reason.MISSING))
        && receipts.disproves(committed, round, candidate, findings)) {
      find(committed, UpdateStatus.TAMPERED, "called MISSING against a signed receipt");
      return Optional.empty();
    }
    if (update.verdict().isEmpty()) {
      without(update, accepted, recorded);
      return Optional.empty();
    }
    return judged(
        committed,
        accepted,
        recorded,
        candidate.record().aggregator().toString(),
        update.verdict().get(),
        update.file().orElseThrow());
  }

  private Optional<Path> judged(
      UpdateCommitted committed,
      boolean accepted,
      Optional<Reason> recorded,
      String aggregator,
      Verdict verdict,
      Path file)
      throws IOException {
    UpdateCommitment c = committed.commitment();
    switch (verdict) {
      case Verdict.Admitted _ -> {
        if (accepted) {
          find(committed, UpdateStatus.VERIFIED, null);
          return Optional.of(file);
        }
        if (recorded.equals(Optional.of(Reason.MISSING))) {
          findings.note(
              "round %d: %s was rejected as MISSING, but its file is here now; it may have come late, and a signed receipt from before the reveal deadline would prove the rejection false"
                  .formatted(round.number(), c.participant()));
          find(committed, UpdateStatus.REJECTED, Reason.MISSING.name());
          return Optional.empty();
        }
        disprove(
            aggregator,
            "an update was rejected that passes every gate",
            "participant",
            c.participant(),
            "digest",
            c.digest(),
            "recordedReason",
            recorded.map(Enum::name).orElse("none"));
        find(committed, UpdateStatus.TAMPERED, "rejected although it passes the gates");
        return Optional.empty();
      }
      case Verdict.Refused(Reason reason, String detail) -> {
        if (reason == Reason.DIGEST || reason == Reason.SIZE) {
          return changed(committed, accepted, recorded, reason, file);
        }
        if (accepted) {
          disprove(
              aggregator,
              "an update was accepted that fails a gate",
              "participant",
              c.participant(),
              "digest",
              c.digest(),
              "gate",
              reason,
              "detail",
              detail);
          find(committed, UpdateStatus.TAMPERED, reason.name());
        } else {
          if (!recorded.equals(Optional.of(reason))
              && !recorded.equals(Optional.of(Reason.MISSING))) {
            disprove(
                aggregator,
                "an update was rejected for another reason than the first gate it fails",
                "participant",
                c.participant(),
                "recordedReason",
                recorded.map(Enum::name).orElse("none"),
                "gate",
                reason);
          }
          findings.note(
              "round %d: %s was rejected, %s: %s"
                  .formatted(round.number(), c.participant(), reason, detail));
          find(committed, UpdateStatus.REJECTED, reason.name());
        }
        return Optional.empty();
      }
    }
  }

  /** The stored file is not the committed one. */
  private Optional<Path> changed(
      UpdateCommitted committed,
      boolean accepted,
      Optional<Reason> recorded,
      Reason reason,
      Path file)
      throws IOException {
    UpdateCommitment c = committed.commitment();
    if (!accepted && recorded.equals(Optional.of(reason))) {
      find(committed, UpdateStatus.REJECTED, reason.name());
      return Optional.empty();
    }
    BlobId found = Blobs.id(file);
    findings.problem(
        c.participant().toString(),
        "the stored update is not the one that was committed",
        "committedDigest",
        c.digest(),
        "foundDigest",
        found.digest(),
        "committedSize",
        c.size(),
        "foundSize",
        found.size());
    find(committed, UpdateStatus.TAMPERED, reason.name());
    return Optional.empty();
  }

  private void without(JudgedUpdate update, boolean accepted, Optional<Reason> recorded) {
    UpdateCommitted committed = update.committed();
    if (!accepted && recorded.equals(Optional.of(Reason.MISSING))) {
      findings.note(
          "round %d: the update of %s never came"
              .formatted(round.number(), committed.commitment().participant()));
      find(committed, UpdateStatus.REJECTED, Reason.MISSING.name());
      return;
    }
    findings.gap(
        "the update %s of %s could not be had: %s"
            .formatted(
                committed.commitment().digest(),
                committed.commitment().participant(),
                update.why()));
    find(committed, update.absence(), update.why());
  }

  /** A problem that makes the decided publication another than the protocol's. */
  private void disprove(String aggregator, String what, Object... evidence) {
    disproved = true;
    findings.problem(aggregator, what, evidence);
  }

  private Optional<Digest> compare(
      RoundComputation computation,
      Candidate candidate,
      RoundComputation.BaseFiles base,
      List<WeightedUpdate> accepted)
      throws IOException {
    var publication = candidate.record().publication();
    String aggregator = candidate.record().aggregator().toString();
    if (accepted.size() < state.created().quorum()) {
      if (round.abortReason().filter(r -> r == AbortReason.TOO_FEW_ACCEPTED).isEmpty()) {
        disprove(
            aggregator,
            "a version was published from fewer updates than the quorum",
            "accepted",
            accepted.size(),
            "quorum",
            state.created().quorum());
      }
      return Optional.empty();
    }
    RuleApplication.Target out = newFiles();
    try {
      return switch (computation.aggregate(base, candidate.record().decision(), accepted, out)) {
        case RoundComputation.Result.Aggregated a -> {
          noteLeftOut(computation, a);
          if (candidate.proposesAbort()) {
            disprove(
                aggregator,
                "the round was given up although its aggregate is finite",
                "recomputed",
                a.model());
          } else if (!a.model().equals(publication.model())
              || a.modelSize() != publication.modelSize()) {
            modelDiffers(a.model(), out, candidate, computation, base, accepted);
          } else if (!a.state().equals(publication.state())
              || a.stateSize() != publication.stateSize()) {
            stateDiffers(a, out, candidate, computation);
          }
          yield Optional.of(a.model());
        }
        case RoundComputation.Result.NonFinite n -> {
          if (!candidate.proposesAbort()) {
            disprove(
                aggregator,
                "a version was published although the aggregate is not finite",
                "published",
                publication.model(),
                "where",
                n.where());
          }
          yield Optional.empty();
        }
        case RoundComputation.Result.TooFewForRule few -> {
          if (!candidate.proposesAbort()) {
            disprove(
                aggregator,
                "a version was published from fewer updates than the rule takes",
                "accepted",
                few.accepted(),
                "fewest",
                few.fewest(),
                "rule",
                computation.rule().id());
          }
          yield Optional.empty();
        }
        case RoundComputation.Result.TooFewAccepted _ ->
            throw new IllegalStateException("aggregate() judges no quorum");
      };
    } finally {
      delete(out);
    }
  }

  private void noteLeftOut(
      RoundComputation computation, RoundComputation.Result.Aggregated aggregated) {
    if (!aggregated.leftOut().isEmpty()) {
      findings.note(
          "round %d: of the accepted updates, %s did not choose those of %s"
              .formatted(round.number(), computation.rule().id(), aggregated.leftOut()));
    }
  }

  private void modelDiffers(
      Digest recomputed,
      RuleApplication.Target out,
      Candidate candidate,
      RoundComputation computation,
      RoundComputation.BaseFiles base,
      List<WeightedUpdate> accepted)
      throws IOException {
    disproved = true;
    Digest published = candidate.record().publication().model();
    Map<String, String> evidence = digests(published, recomputed, computation);
    if (published.equals(round.opened().baseModel())) {
      evidence.put("explainedBy", "the base version was published again");
    } else if (published.equals(recomputed)) {
      evidence.put("publishedSize", Long.toString(candidate.record().publication().modelSize()));
      evidence.put("recomputedSize", Long.toString(Files.size(out.model())));
    } else {
      Optional<Path> file = compareFiles(published, out.model(), evidence);
      if (file.isPresent()) {
        Decision decision = candidate.record().decision();
        var claim =
            new Difference.Published(
                file.get(), published, candidate.record().publication().state());
        computation
            .explain(base, accepted, aggregable(decision), claim, work)
            .ifPresent(how -> evidence.put("explainedBy", how));
      }
    }
    findings.problem(
        candidate.record().aggregator().toString(),
        "the published model is not the aggregate of the committed updates",
        evidence);
  }

  private void stateDiffers(
      RoundComputation.Result.Aggregated recomputed,
      RuleApplication.Target out,
      Candidate candidate,
      RoundComputation computation)
      throws IOException {
    disproved = true;
    Digest published = candidate.record().publication().state();
    Map<String, String> evidence = digests(published, recomputed.state(), computation);
    if (published.equals(round.opened().baseState())) {
      evidence.put("explainedBy", "the base version's state was published again");
    } else if (published.equals(recomputed.state())) {
      evidence.put("publishedSize", Long.toString(candidate.record().publication().stateSize()));
      evidence.put("recomputedSize", Long.toString(recomputed.stateSize()));
    } else if (!published.isZero() && !recomputed.state().isZero()) {
      compareFiles(published, out.state(), evidence);
    }
    findings.problem(
        candidate.record().aggregator().toString(),
        "the published rule state is not the rule's",
        evidence);
  }

  private static Map<String, String> digests(
      Digest published, Digest recomputed, RoundComputation computation) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("publishedDigest", published.toString());
    evidence.put("recomputedDigest", recomputed.toString());
    evidence.put("rule", computation.rule().id());
    return evidence;
  }

  /** Tells the first difference; gives the published file if it can be had. */
  private Optional<Path> compareFiles(
      Digest published, Path recomputed, Map<String, String> evidence) throws IOException {
    if (!(blobs.fetch(published) instanceof BlobSource.Fetched.Found(Path file))) {
      evidence.put("publishedFile", "not in the store");
      return Optional.empty();
    }
    if (!Blobs.id(file).digest().equals(published)) {
      evidence.put("publishedFile", "the store's file is not the published one either");
      return Optional.empty();
    }
    evidence.putAll(FirstDifference.between(file, recomputed));
    return Optional.of(file);
  }

  /** Rejected updates whose files have the form of the accepted ones. */
  private List<WeightedUpdate> aggregable(Decision decision) {
    return judged.values().stream()
        .filter(update -> !decision.accepts(update.committed().index()))
        .filter(JudgedUpdate::hasTheForm)
        .map(update -> update.weighted(update.file().orElseThrow()))
        .toList();
  }

  private void find(UpdateCommitted committed, UpdateStatus status, String reason) {
    UpdateCommitment c = committed.commitment();
    updates.putIfAbsent(
        c.participant(),
        new UpdateFinding(
            c.participant(), c.digest(), c.weight(), status, Optional.ofNullable(reason)));
  }
}
