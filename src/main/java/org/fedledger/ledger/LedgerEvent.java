package org.fedledger.ledger;

import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/**
 * What the ledger records. From these alone, in order, everything about a federation follows: see
 * {@link FederationState}.
 */
public sealed interface LedgerEvent {

  /**
   * @param quorum fewest accepted updates for a new version
   * @param attestationThreshold M, matching attestations that make a publication final
   */
  record FederationCreated(
      FederationId federation,
      Digest spec,
      Digest model,
      long modelSize,
      Digest state,
      long stateSize,
      int quorum,
      int attestationThreshold)
      implements LedgerEvent {}

  /** Counts at once if no round is open, else when that round ends. */
  record CoordinatorChanged(Address coordinator, long fromRound) implements LedgerEvent {}

  /**
   * The verifiers who signed the change that the next event names; only where there are verifiers.
   *
   * @param nonce number of the change, by which no signature counts twice
   * @param account whom it concerns; zero for the end of the federation
   */
  record GovernanceApproved(
      long nonce, RoleChange change, Address account, List<Signature> signatures)
      implements LedgerEvent {
    public GovernanceApproved {
      signatures = List.copyOf(signatures);
    }
  }

  /**
   * @param index admission index, by which bitmaps name the participant; kept on re-admission
   * @param privacyBudget uint64, units of 10^-9
   */
  record ParticipantAdmitted(Address participant, int index, long privacyBudget, long fromRound)
      implements LedgerEvent {}

  record ParticipantSuspended(Address participant, long untilRound) implements LedgerEvent {}

  record SigningKeyRotated(Address participant, Address signer, long fromRound)
      implements LedgerEvent {}

  record PrivacyBudgetRaised(Address participant, long privacyBudget, long fromRound)
      implements LedgerEvent {}

  record VerifierAdded(Address verifier, long fromRound) implements LedgerEvent {}

  record VerifierRemoved(Address verifier, long untilRound) implements LedgerEvent {}

  record AggregatorAdded(Address aggregator, long fromRound) implements LedgerEvent {}

  record AggregatorRemoved(Address aggregator, long untilRound) implements LedgerEvent {}

  record AuditorGranted(Address auditor) implements LedgerEvent {}

  record AuditorRevoked(Address auditor) implements LedgerEvent {}

  /** A round began; {@code baseVersion} is the last final one. */
  record RoundOpened(
      long round,
      RoundId roundId,
      RoundOpening opening,
      long baseVersion,
      Digest baseModel,
      Digest baseState,
      int members,
      int verifiers)
      implements LedgerEvent {}

  record UpdateCommitted(UpdateCommitment commitment, int index, Signature signature)
      implements LedgerEvent {}

  /**
   * @param revealDeadline last second at which an upload is waited for; before it none may be
   *     called MISSING
   */
  record CommitsClosed(RoundId roundId, int committed, long revealDeadline)
      implements LedgerEvent {}

  record ModelPublished(
      Publication publication,
      PublicationId publicationId,
      Address aggregator,
      Decision decision,
      Signature signature)
      implements LedgerEvent {}

  record Attested(Attestation attestation, Address verifier, Signature signature)
      implements LedgerEvent {}

  record PublicationFailed(
      RoundId roundId, long attempt, PublicationId publicationId, FailureReason reason)
      implements LedgerEvent {}

  record VersionFinal(
      long version, Digest model, Digest state, Digest parent, RoundId roundId, long attempt)
      implements LedgerEvent {}

  record RoundAborted(long round, RoundId roundId, AbortReason reason) implements LedgerEvent {}

  record FederationClosed() implements LedgerEvent {}
}
