package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * A round as the ledger has it.
 *
 * @param opened its opening, which fixes plan, base and deadlines
 * @param indexes admission indexes given out before it opened; its bitmaps have a bit for each
 * @param members who may commit, in order of address, fixed at the opening
 * @param verifiers who may attest, fixed at the opening
 * @param commitments by participant, in order of address
 * @param revealDeadline set when commits close
 * @param publicationDeadline last second for the present attempt; set when commits close
 * @param candidates one for each attempt so far
 */
public record Round(
    LedgerEvent.RoundOpened opened,
    BlockRef openedAt,
    int indexes,
    SortedMap<Address, Participant> members,
    List<Address> verifiers,
    List<Address> aggregators,
    SortedMap<Address, LedgerEvent.UpdateCommitted> commitments,
    Optional<Long> revealDeadline,
    Optional<Long> publicationDeadline,
    List<Candidate> candidates,
    Phase phase,
    Optional<AbortReason> abortReason) {

  /** Where a round stands. */
  public enum Phase {
    /** Commitments are taken. */
    COMMITTING,
    /** Commits are closed; uploads are open and a publication is awaited. */
    PUBLISHING,
    /** A publication waits for its attestations. */
    ATTESTING,
    FINAL,
    ABORTED;

    public boolean ended() {
      return this == FINAL || this == ABORTED;
    }
  }

  public long number() {
    return opened.round();
  }

  public RoundId id() {
    return opened.roundId();
  }

  public RoundOpening opening() {
    return opened.opening();
  }

  /** Whether every member has committed, so that commits may close early. */
  public boolean complete() {
    return commitments.size() == members.size();
  }

  /** The candidate that made the round end, if one did. */
  public Optional<Candidate> decided() {
    return candidates.stream().filter(c -> c.status() == Candidate.Status.FINAL).findFirst();
  }

  public Optional<Candidate> pending() {
    return candidates.stream().filter(c -> c.status() == Candidate.Status.PENDING).findFirst();
  }

  /** The number that the next publication must carry, from 1. */
  public long nextAttempt() {
    return candidates.size() + 1L;
  }
}
