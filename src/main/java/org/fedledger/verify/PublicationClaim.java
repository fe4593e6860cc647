package org.fedledger.verify;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.ModelPublished;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Address;

/**
 * Each publication is its aggregator's own, one for each, and decides about each committed update
 * once, for reasons that somebody can prove.
 */
final class PublicationClaim implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    Set<Address> published = new HashSet<>();
    for (Candidate candidate : c.round().candidates()) {
      ModelPublished record = candidate.record();
      checkSignature(c, record, findings);
      String publisher = c.publisher(candidate);
      checkDigests(record, findings);
      checkPartition(c.round(), record, publisher, findings);
      checkReasons(record, publisher, findings);
      if (!published.add(record.aggregator())) {
        findings.problem(
            RoundCase.CONTRACT,
            "an aggregator published twice in one round",
            "aggregator",
            record.aggregator(),
            "attempt",
            candidate.attempt());
      }
      noteFailure(c, candidate, findings);
    }
  }

  private static void checkSignature(RoundCase c, ModelPublished record, Findings findings) {
    Optional<Address> signer = c.signer(record.publication(), record.signature());
    if (!signer.equals(Optional.of(record.aggregator()))
        || !c.round().aggregators().contains(record.aggregator())) {
      findings.problem(
          RoundCase.CONTRACT,
          "a publication is not signed by an aggregator of the round",
          "aggregator",
          record.aggregator(),
          "signedBy",
          RoundCase.named(signer));
    }
  }

  private static void checkDigests(ModelPublished record, Findings findings) {
    if (!record.publication().id().equals(record.publicationId())) {
      findings.problem(
          RoundCase.CONTRACT,
          "the publication id is not the publication's hash",
          "recorded",
          record.publicationId(),
          "computed",
          record.publication().id());
    }
    if (!record.decision().digest().equals(record.publication().acceptedDigest())) {
      findings.problem(
          RoundCase.CONTRACT,
          "the decisions are not those that the publication was signed with",
          "aggregator",
          record.aggregator(),
          "signed",
          record.publication().acceptedDigest(),
          "recorded",
          record.decision().digest());
    }
  }

  /** Every committed update is accepted or rejected, once, and nothing else is. */
  private static void checkPartition(
      Round round, ModelPublished record, String publisher, Findings findings) {
    Decision decision = record.decision();
    BitSet committed = new BitSet();
    round.commitments().values().stream().map(UpdateCommitted::index).forEach(committed::set);
    BitSet rejected = new BitSet();
    decision.rejections().stream().map(Rejection::index).forEach(rejected::set);
    BitSet accepted = new BitSet();
    decision.acceptedIndexes().forEach(accepted::set);
    int last = Math.max(committed.length(), Math.max(rejected.length(), accepted.length()));
    for (int index = 0; index < last; index++) {
      boolean once = accepted.get(index) ^ rejected.get(index);
      boolean never = !accepted.get(index) && !rejected.get(index);
      if (committed.get(index) ? !once : !never) {
        findings.problem(
            publisher,
            "the decisions do not name each committed update once",
            "index",
            index,
            "committed",
            committed.get(index),
            "accepted",
            accepted.get(index),
            "rejected",
            rejected.get(index));
      }
    }
  }

  /** A reason that no gate gives is one that nobody can prove, whatever the files are. */
  private static void checkReasons(ModelPublished record, String publisher, Findings findings) {
    for (Rejection rejection : record.decision().rejections()) {
      if (rejection.reason() == Reason.DIGEST || rejection.reason() == Reason.UNKNOWN) {
        findings.problem(
            publisher,
            "an update was rejected for a reason that nobody can prove",
            "attempt",
            record.publication().attempt(),
            "index",
            rejection.index(),
            "reasonCode",
            rejection.code());
      }
    }
  }

  private static void noteFailure(RoundCase c, Candidate candidate, Findings findings) {
    candidate
        .failure()
        .ifPresent(
            why ->
                findings.note(
                    "round %d, attempt %d by %s failed: %s"
                        .formatted(
                            c.number(),
                            candidate.attempt(),
                            candidate.record().aggregator(),
                            why.meaning())));
  }
}
