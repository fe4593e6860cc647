package org.fedledger.devnet.demo.tamper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fedledger.contracts.RefusedTransactions.RefusedTransaction;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundStatus;

/**
 * What a fraud has left behind for everybody to see.
 *
 * @param round the ledger's record of the round of the fraud
 * @param refusals what the contract refused in the blocks of that round
 * @param receipts that participants were given by nodes
 */
public record FraudEvidence(
    SigningDomain domain,
    Round round,
    List<RefusedTransaction> refusals,
    List<SignedReceipt> receipts,
    AuditReport audit) {

  private static final String DAMAGED = "damaged in the store";

  public FraudEvidence {
    refusals = List.copyOf(refusals);
    receipts = List.copyOf(receipts);
  }

  /** A transaction of that sender which the contract refused by that rule. */
  Optional<Caught> refused(Moment when, Party sender, String rule) {
    return refusals.stream()
        .filter(r -> r.sender().equals(sender.address()))
        .filter(r -> r.rule().map(Outcome.Refused::error).equals(Optional.of(rule)))
        .findFirst()
        .map(
            r -> {
              Outcome.Refused why = r.rule().orElseThrow();
              Map<String, String> evidence = new LinkedHashMap<>();
              evidence.put("caller", r.sender().toString());
              evidence.put("rule", why.toString());
              evidence.put("transaction", r.hash().toString());
              evidence.put("status", "0");
              evidence.put("block", Long.toString(r.block()));
              evidence.put("gasUsed", Long.toString(why.gasUsed()));
              return new Caught(
                  DefenceLayer.CONTRACT, when, "the contract " + domain.contract(), evidence);
            });
  }

  /** The final decision rejects that participant for that gate, and the audit agrees. */
  Optional<Caught> rejected(Party participant, Reason gate) {
    if (!audit.verified() || !rejects(participant, gate)) {
      return Optional.empty();
    }
    UpdateCommitted committed = round.commitments().get(participant.address());
    Optional<Candidate> decided = round.decided();
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("participant", participant.address().toString());
    evidence.put("gate", gate.toString());
    evidence.put("committedDigest", committed.commitment().digest().toString());
    evidence.put("attempt", Long.toString(decided.get().attempt()));
    audit.notes().stream()
        .filter(note -> note.contains(participant.address() + " was rejected, " + gate))
        .findFirst()
        .ifPresent(note -> evidence.put("audit", note));
    return Optional.of(
        new Caught(
            DefenceLayer.GATE,
            Moment.PUBLICATION,
            "the aggregator " + decided.get().record().aggregator(),
            evidence));
  }

  /** Verifiers made that aggregator's candidate fail, another's is final, and the audit agrees. */
  Optional<Caught> disputed(Party aggregator) {
    Optional<Candidate> failed =
        round.candidates().stream()
            .filter(c -> c.record().aggregator().equals(aggregator.address()))
            .filter(c -> c.failure().equals(Optional.of(FailureReason.DISPUTED)))
            .findFirst();
    Optional<Candidate> decided =
        round.decided().filter(c -> !c.record().aggregator().equals(aggregator.address()));
    // Where the aggregator's own receipt convicts it of the failed attempt, the audit says so too.
    boolean agrees =
        audit.gaps().isEmpty()
            && audit.problems().stream()
                .allMatch(p -> p.who().equals(aggregator.address().toString()));
    if (failed.isEmpty() || decided.isEmpty() || !agrees) {
      return Optional.empty();
    }
    List<Address> differing = failed.get().differing();
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("attempt", Long.toString(failed.get().attempt()));
    evidence.put("aggregator", aggregator.address().toString());
    evidence.put("publishedDigest", failed.get().record().publication().model().toString());
    failed
        .get()
        .attestations()
        .forEach(
            (verifier, said) ->
                evidence.put("computedBy " + verifier, said.attestation().model().toString()));
    evidence.put("finalAttempt", Long.toString(decided.get().attempt()));
    evidence.put("finalAggregator", decided.get().record().aggregator().toString());
    evidence.put("finalDigest", decided.get().record().publication().model().toString());
    audit.problems().stream().findFirst().ifPresent(p -> evidence.put("finding", p.what()));
    return Optional.of(
        new Caught(
            DefenceLayer.DISPUTE,
            Moment.ATTESTATION,
            differing.stream()
                .map(Address::toString)
                .collect(Collectors.joining(", ", "the verifiers ", "")),
            evidence));
  }

  /** The audit calls a record of that one false, in the round of the fraud. */
  Optional<Caught> falseRecord(Address who, Predicate<Map<String, String>> evidence) {
    return falseRecord(who.toString(), evidence);
  }

  /**
   * The same of whoever the audit names.
   *
   * @param who an address or an office
   */
  Optional<Caught> falseRecord(String who, Predicate<Map<String, String>> evidence) {
    return audit.problems().stream()
        .filter(p -> p.round().isPresent() && p.round().getAsLong() == round.number())
        .filter(p -> p.who().equals(who) && evidence.test(p.evidence()))
        .findFirst()
        .map(FraudEvidence::found);
  }

  private static Caught found(Problem problem) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("record", problem.who());
    evidence.put("finding", problem.what());
    evidence.putAll(problem.evidence());
    return new Caught(DefenceLayer.AUDIT, Moment.AUDIT, "the auditor", evidence);
  }

  /** The published model is not what the committed updates come to, shown with both digests. */
  Optional<Caught> wrongModel(Party aggregator) {
    return round
        .decided()
        .map(c -> c.record().publication().model().toString())
        .flatMap(
            published ->
                falseRecord(
                    aggregator.address(),
                    e ->
                        published.equals(e.get("publishedDigest"))
                            && e.containsKey("recomputedDigest")
                            && !published.equals(e.get("recomputedDigest"))));
  }

  /**
   * The store gives another file than the committed update of that participant, although the node
   * signed that it had that one; the audit accuses nobody of it.
   */
  Optional<Caught> damaged(Party node, Party participant) {
    Digest committed = committed(participant);
    return damaged(committed).flatMap(found -> receipt(node, participant).map(found::and));
  }

  /** The audit has a gap: the store's file of that digest has another. */
  Optional<Caught> damaged(Digest committed) {
    if (audit.failed()) {
      return Optional.empty();
    }
    return audit.gaps().stream()
        .map(Gap::what)
        .filter(what -> what.contains(committed.toString()) && what.contains(DAMAGED))
        .findFirst()
        .map(
            what -> {
              Map<String, String> evidence = new LinkedHashMap<>();
              evidence.put("gap", what);
              evidence.put("committedDigest", committed.toString());
              evidence.put("foundDigest", what.substring(what.lastIndexOf("0x")));
              return new Caught(DefenceLayer.STORE, Moment.AUDIT, "the auditor", evidence);
            });
  }

  /** The audit has a gap: nobody serves the file of that digest. */
  Optional<Caught> lacked(Digest digest) {
    if (audit.failed()) {
      return Optional.empty();
    }
    return audit.gaps().stream()
        .map(Gap::what)
        .filter(what -> what.contains(digest.toString()) && what.contains("not in the store"))
        .findFirst()
        .map(
            what ->
                new Caught(DefenceLayer.STORE, Moment.AUDIT, "the auditor", Map.of("gap", what)));
  }

  /** The audit finds nothing false, and has a gap in the round of the fraud. */
  Optional<Caught> lackedInRound() {
    if (audit.failed()) {
      return Optional.empty();
    }
    return audit.gaps().stream()
        .filter(gap -> gap.round().isPresent() && gap.round().getAsLong() == round.number())
        .findFirst()
        .map(
            gap ->
                new Caught(
                    DefenceLayer.STORE, Moment.AUDIT, "the auditor", Map.of("gap", gap.what())));
  }

  /** The audit lacks nothing, and the version of that digest is what it recomputed. */
  Optional<Caught> kept(Digest model) {
    if (!audit.verified()) {
      return Optional.empty();
    }
    return audit.rounds().stream()
        .filter(r -> r.published().equals(Optional.of(model)))
        .filter(r -> r.status() == RoundStatus.VERIFIED)
        .findFirst()
        .map(
            r -> {
              Map<String, String> evidence = new LinkedHashMap<>();
              evidence.put("withheldDigest", model.toString());
              evidence.put("verifiedRound", Long.toString(r.round()));
              return new Caught(DefenceLayer.COPY, Moment.AUDIT, "the auditor", evidence);
            });
  }

  /** What that verifier said of the final version; empty if nothing. */
  Optional<Attestation> attestation(Party verifier) {
    return round
        .decided()
        .map(c -> c.attestations().get(verifier.address()))
        .map(attested -> attested.attestation());
  }

  /** Whether the final decision rejects that participant for that reason. */
  boolean rejects(Party participant, Reason reason) {
    UpdateCommitted committed = round.commitments().get(participant.address());
    return committed != null
        && round
            .decided()
            .filter(
                c ->
                    c.record()
                        .decision()
                        .rejections()
                        .contains(new Rejection(committed.index(), reason)))
            .isPresent();
  }

  /** Whether a note is about the round of the fraud. */
  boolean ofRound(String note) {
    return note.startsWith("round %d".formatted(round.number()));
  }

  /** The record is verified, and this is noted of what happened. */
  Optional<Caught> noted(Predicate<String> words) {
    if (!audit.verified()) {
      return Optional.empty();
    }
    return audit.notes().stream()
        .filter(words)
        .findFirst()
        .map(
            note ->
                new Caught(DefenceLayer.NOTE, Moment.AUDIT, "the auditor", Map.of("note", note)));
  }

  Digest committed(Party participant) {
    return round.commitments().get(participant.address()).commitment().digest();
  }

  /** The node's signature for the committed update of that participant. */
  Optional<Map<String, String>> receipt(Party node, Party participant) {
    return receipts.stream()
        .filter(
            r ->
                r.receipt().roundId().equals(round.id())
                    && r.receipt().author().equals(participant.address())
                    && r.receipt().digest().equals(committed(participant))
                    && domain
                        .signer(r.receipt(), r.signature())
                        .equals(Optional.of(node.address())))
        .findFirst()
        .map(
            r -> {
              Map<String, String> evidence = new LinkedHashMap<>();
              evidence.put("receiptSignedBy", node.address().toString());
              evidence.put("receiptDigest", r.receipt().digest().toString());
              evidence.put("receiptBlock", Long.toString(r.receipt().blockNumber()));
              evidence.put("receiptSignature", r.signature().toString());
              return evidence;
            });
  }
}
