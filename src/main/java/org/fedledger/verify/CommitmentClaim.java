package org.fedledger.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;

/** Each commitment is its participant's, under its index, within its budget and the round's cap. */
final class CommitmentClaim implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    Map<Address, Long> spent = new HashMap<>();
    for (SortedMap<Address, UpdateCommitted> stage : c.round().stages()) {
      for (UpdateCommitted committed : stage.values()) {
        checkSignature(c, committed, findings);
        checkWeight(c, committed, findings);
        checkIndex(c.round(), committed, findings);
        checkPrivacy(c, committed, spent, findings);
      }
    }
  }

  /** Whether a commitment carries the signature of its participant's key. */
  static boolean isSigned(RoundCase c, UpdateCommitted committed) {
    ParticipantRecord member = c.round().members().get(committed.commitment().participant());
    return c.isSignedBy(member.signer(), committed.commitment(), committed.signature());
  }

  private static void checkSignature(RoundCase c, UpdateCommitted committed, Findings findings) {
    UpdateCommitment commitment = committed.commitment();
    Optional<Address> signer = c.signer(commitment, committed.signature());
    if (!isSigned(c, committed)) {
      findings.problem(
          RoundCase.CONTRACT,
          "a commitment does not carry its participant's signature",
          "participant",
          commitment.participant(),
          "digest",
          commitment.digest(),
          "signedBy",
          RoundCase.named(signer),
          "signingKey",
          c.round().members().get(commitment.participant()).signer());
    }
  }

  private static void checkWeight(RoundCase round, UpdateCommitted committed, Findings findings) {
    UpdateCommitment c = committed.commitment();
    long cap = round.round().opening().weightCap();
    if (c.weight() < 1 || c.weight() > cap) {
      findings.problem(
          round.committer(committed),
          "the weight lies outside what the round allows",
          "weight",
          c.weight(),
          "cap",
          cap);
    }
  }

  private static void checkIndex(Round round, UpdateCommitted committed, Findings findings) {
    ParticipantRecord member = round.members().get(committed.commitment().participant());
    if (committed.index() != member.index()) {
      findings.problem(
          RoundCase.CONTRACT,
          "a commitment is recorded under another admission index than its participant's",
          "participant",
          member.address(),
          "recorded",
          committed.index(),
          "admitted",
          member.index());
    }
  }

  /** Unsigned throughout, and without overflow: the cost of each stage counts. */
  private static void checkPrivacy(
      RoundCase round,
      UpdateCommitted committed,
      Map<Address, Long> spentBefore,
      Findings findings) {
    UpdateCommitment c = committed.commitment();
    ParticipantRecord member = round.round().members().get(c.participant());
    long spent = spentBefore.getOrDefault(c.participant(), member.privacySpent());
    spentBefore.put(c.participant(), spent + c.privacyCost());
    boolean overspent =
        Long.compareUnsigned(spent, member.privacyBudget()) > 0
            || Long.compareUnsigned(c.privacyCost(), member.privacyBudget() - spent) > 0;
    if (c.privacyCost() != 0 && overspent) {
      findings.problem(
          round.committer(committed),
          "the participant spent more privacy than its budget",
          "spent",
          Long.toUnsignedString(spent),
          "cost",
          Long.toUnsignedString(c.privacyCost()),
          "budget",
          Long.toUnsignedString(member.privacyBudget()));
    }
  }
}
