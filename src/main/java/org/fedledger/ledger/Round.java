package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * A round as the ledger has it.
 *
 * @param opened its opening, which fixes plan, base, stages, draw and deadlines
 * @param version the number of the version that it makes, if it makes one
 * @param headOrigin how the last final version before was made; empty if that was version 0
 * @param indexes admission indexes given out before it opened; its bitmaps have a bit for each
 * @param members who counted when it opened, in order of address
 * @param drawn those of them who take part, as their draw hashes say
 * @param verifiers who may attest, fixed at the opening
 * @param stages the commitments of each stage that was begun, by participant, in order of address
 * @param commitDeadline last second for commitments of the latest stage
 * @param closedAt the block in which the last stage's commits closed, once they have
 * @param revealDeadline set when the last stage's commits close
 * @param publicationDeadline last second for the present attempt; set when the last stage's commits
 *     close
 * @param candidates one for each attempt so far
 */
public record Round(
    LedgerEvent.RoundOpened opened,
    BlockRef openedAt,
    long version,
    Optional<ModelVersion.Origin> headOrigin,
    int indexes,
    SortedMap<Address, ParticipantRecord> members,
    SortedSet<Address> drawn,
    List<Address> verifiers,
    List<Address> aggregators,
    List<SortedMap<Address, LedgerEvent.UpdateCommitted>> stages,
    long commitDeadline,
    Optional<BlockRef> closedAt,
    Optional<Long> revealDeadline,
    Optional<Long> publicationDeadline,
    List<Candidate> candidates,
    Phase phase,
    Optional<AbortReason> abortReason) {

  /** Where a round stands. */
  public enum Phase {
    /** Commitments of the latest stage are taken. */
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

  /** The number of the round that made the last final version before; 0 if none did. */
  public long versionRound() {
    return headOrigin.map(ModelVersion.Origin::number).orElse(0L);
  }

  /** M of this round. */
  public int attestationThreshold() {
    return opened.attestationThreshold();
  }

  /** The latest stage that was begun, from 0. */
  public int stage() {
    return stages.size() - 1;
  }

  /** The commitments of the latest stage that was begun: once all are closed, the last one's. */
  public SortedMap<Address, LedgerEvent.UpdateCommitted> commitments() {
    return stages.getLast();
  }

  /**
   * @param stage from 0 to {@link #stage}
   */
  public SortedMap<Address, LedgerEvent.UpdateCommitted> commitments(int stage) {
    return stages.get(stage);
  }

  /** Whether that participant may commit in the latest stage, or has done so. */
  public boolean mayCommit(Address participant) {
    return stage() == 0
        ? drawn.contains(participant)
        : stages.get(stage() - 1).containsKey(participant);
  }

  /** Those who may commit in the latest stage and have not, in order of address. */
  public List<Address> awaited() {
    return (stage() == 0 ? drawn : stages.get(stage() - 1).keySet())
        .stream().filter(participant -> !commitments().containsKey(participant)).toList();
  }

  /** Whether all have committed who may in the latest stage, so that it may close early. */
  public boolean complete() {
    int expected = stage() == 0 ? opening().drawn() : stages.get(stage() - 1).size();
    return commitments().size() >= expected;
  }

  /** Whether no other publication may follow the present ones. */
  public boolean exhausted() {
    return candidates.size() >= opening().attempts();
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
