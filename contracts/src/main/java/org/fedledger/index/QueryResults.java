package org.fedledger.index;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.Round.Phase;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Rejection;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/** What queries answer with. Sizes, weights and units of privacy are unsigned. */
public final class QueryResults {

  private QueryResults() {}

  /**
   * Where it stands on the ledger.
   *
   * @param timestamp of the block, seconds since 1970 UTC
   * @param gas of the whole transaction
   */
  public record Place(long block, long timestamp, TransactionHash transaction, long gas) {}

  /**
   * @param attestationThreshold for the next round
   * @param counts of rounds, final versions without version 0, participants and committed updates
   */
  public record Founded(
      Place place,
      FederationId federation,
      Digest spec,
      int quorum,
      int attestationThreshold,
      long recoverySeconds,
      boolean closed,
      List<Office> offices,
      Counts counts) {}

  public record Counts(long rounds, long versions, long participants, long commitments) {}

  /**
   * @param role coordinator, aggregator, verifier or auditor
   * @param tenure the rounds it counts for; an auditor's is from 0 on
   */
  public record Office(String role, Address account, Tenure tenure) {}

  /**
   * @param stage the latest one that commits were opened for, from 0
   * @param stageDeadline its commit deadline
   * @param committed how many have committed in it so far
   * @param accepted once it ended: updates that went into its version
   * @param rejected once it ended: updates that its last publication left out
   * @param attempts publications so far
   * @param ended the event that ended it
   */
  public record Round(
      Place opened,
      long round,
      RoundId id,
      Phase phase,
      RoundOpening opening,
      int members,
      int verifiers,
      int attestationThreshold,
      int stage,
      long stageDeadline,
      int committed,
      OptionalLong accepted,
      OptionalLong rejected,
      int attempts,
      OptionalLong revealDeadline,
      Optional<Place> ended,
      OptionalLong version,
      Optional<AbortReason> abortReason) {}

  /**
   * A commitment in a stage of a round and what became of it.
   *
   * @param version it went into
   * @param rejection why it did not
   */
  public record Commitment(
      Place place,
      long round,
      int stage,
      Address participant,
      int index,
      Digest digest,
      long size,
      long weight,
      long privacyCost,
      Signature signature,
      UpdateOutcome outcome,
      OptionalLong version,
      Optional<Rejection> rejection) {}

  /**
   * @param accepted whose updates it took, in order of admission
   * @param rejected whose it did not, in order of admission
   */
  public record Publication(
      Place place,
      long round,
      int attempt,
      PublicationId id,
      Address aggregator,
      BlobId model,
      BlobId state,
      List<Address> accepted,
      List<Refusal> rejected,
      int matching,
      int differing,
      int lacking,
      Candidate.Status status,
      Optional<FailureReason> failure,
      Signature signature) {}

  public record Refusal(Address participant, Rejection rejection) {}

  /**
   * A round in full.
   *
   * @param attempts the last ones, at most {@link Queries#ATTEMPTS_SHOWN}
   */
  public record RoundInFull(
      Round round, List<Publication> attempts, Page<Commitment> commitments) {}

  public record Attestation(
      Place place,
      long round,
      int attempt,
      PublicationId publication,
      Address verifier,
      Digest model,
      Digest state,
      Finding finding,
      Digest lacking,
      Signature signature) {}

  /**
   * @param place of the event that made it final
   * @param accepted updates that went into it directly
   * @param updates that went into it and all its ancestors
   * @param round that made it; empty for version 0, as is attempt
   */
  public record Version(
      Place place,
      long version,
      BlobId model,
      BlobId state,
      Digest parent,
      OptionalLong round,
      OptionalLong attempt,
      int accepted,
      long updates) {}

  /** A version and the updates that went into it directly. */
  public record VersionInFull(Version version, Page<Commitment> updates) {}

  /**
   * @param tenure the rounds it counts for
   * @param gas of its commitments
   * @param firstVersion that an update of it went into
   */
  public record Participant(
      Place admitted,
      Address address,
      int index,
      Address signer,
      Tenure tenure,
      boolean member,
      long committed,
      long accepted,
      long rejected,
      long gas,
      long privacyBudget,
      long privacySpent,
      OptionalLong firstVersion,
      OptionalLong lastVersion) {}

  /**
   * A participant in full.
   *
   * @param changes the last ones of its record, at most {@link Queries#CHANGES_SHOWN}
   */
  public record ParticipantInFull(
      Participant participant, List<Change> changes, Page<Commitment> commitments) {}

  /**
   * A change of somebody's standing.
   *
   * @param account whom it concerns; zero for nobody in particular
   * @param round from which it counts, or until which
   */
  public record Change(
      Place place, ChangeKind kind, Address account, OptionalLong round, Optional<String> detail) {}

  /** How often a reason was given. */
  public record ReasonCount(int code, String reason, long count) {}

  /** Rejected updates, and how many there are for each reason in all pages together. */
  public record Rejections(List<ReasonCount> reasons, Page<Commitment> updates) {}

  /** What transactions of one kind took together. */
  public record Gas(TransactionKind kind, long transactions, long gas) {}

  /**
   * @param spent in the rounds and the time asked for
   * @param remaining of the budget, after all that was ever spent
   */
  public record Privacy(
      Address participant, int index, long budget, long spent, long totalSpent, long remaining) {}

  /** All updates that went into a version through its ancestors. */
  public record Lineage(Version version, Page<Commitment> updates) {}

  /**
   * All versions that somebody's updates are in.
   *
   * @param updates that are meant: those with the digest, or how many of the participant
   * @param first of the versions; empty if the updates are in none
   * @param lastWithout the newest version free of them
   */
  public record Reach(
      long updates, OptionalLong first, long lastWithout, Page<ReachedVersion> versions) {}

  /**
   * @param directly whether an update of those went into this very version, not only an ancestor
   */
  public record ReachedVersion(Version version, boolean directly) {}
}
