package org.fedledger.verify;

import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;

/**
 * A round's opening states how many its draw makes, and M is a majority of its verifiers. Whoever
 * took part with a key that others gave it is told of, and a draw that could be foreseen.
 */
final class MembershipClaim implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    checkDrawn(c.round(), findings);
    noteForeseen(c.round(), findings);
    checkThreshold(c.round(), findings);
    for (UpdateCommitted committed : c.round().commitments(0).values()) {
      noteRecovered(c.round(), committed, findings);
    }
  }

  /** Where nothing was published, nobody took the round for what it said it was. */
  private static void checkDrawn(Round round, Findings findings) {
    long stated = round.opening().drawn();
    int drawn = round.drawn().size();
    if (drawn == stated) {
      return;
    }
    if (round.candidates().isEmpty()) {
      findings.note(
          "round %d was opened for %d members, and its draw makes %d; nothing was published in it"
              .formatted(round.number(), stated, drawn));
    } else {
      findings.problem(
          RoundCase.COORDINATOR,
          "the round was opened for another number of members than its draw makes",
          "stated",
          stated,
          "drawn",
          drawn,
          "members",
          round.members().size());
    }
  }

  /** Before the first version is made there is no draw that comes after the members. */
  private static void noteForeseen(Round round, Findings findings) {
    if (!round.opening().draw().everybody() && round.versionRound() == 0) {
      findings.note(
          "round %d: its members were admitted when version 0 was known, so that whoever admitted them could know whom it draws"
              .formatted(round.number()));
    }
  }

  private static void checkThreshold(Round round, Findings findings) {
    int threshold = round.attestationThreshold();
    int verifiers = round.verifiers().size();
    boolean majority = threshold <= verifiers && (verifiers == 0 || 2 * threshold > verifiers);
    if (!majority) {
      findings.problem(
          RoundCase.CONTRACT,
          "the attestations that a version takes are no majority of the verifiers",
          "threshold",
          threshold,
          "verifiers",
          verifiers);
    }
  }

  private static void noteRecovered(Round round, UpdateCommitted committed, Findings findings) {
    ParticipantRecord member = round.members().get(committed.commitment().participant());
    member
        .recoveredFrom()
        .ifPresent(
            from ->
                findings.note(
                    "round %d: %s took part with a key that no key of its own had signed for; it was recovered for it from round %d on"
                        .formatted(round.number(), member.address(), from)));
  }
}
