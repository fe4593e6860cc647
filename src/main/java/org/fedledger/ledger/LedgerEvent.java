package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
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
   * @param attestationThreshold M at the founding, matching attestations that make a publication
   *     final
   * @param recoverySeconds how long a recovery or a claim waits for a veto
   */
  record FederationCreated(
      FederationId federation,
      Digest spec,
      Digest model,
      long modelSize,
      Digest state,
      long stateSize,
      int quorum,
      int attestationThreshold,
      long recoverySeconds,
      Optional<Address> successor)
      implements LedgerEvent {

    /**
     * Whether M verifiers replace lost keys, since there were some at the founding. Else the
     * coordinator asks, and the old key may veto, whoever comes later: a coordinator could name a
     * verifier of its own.
     */
    public boolean verifiersRecover() {
      return attestationThreshold > 0;
    }
  }

  /**
   * Counts at once; a pending claim ends.
   *
   * @param previous empty at the founding
   * @param fromRound the first round that the new one opens
   */
  record CoordinatorChanged(Optional<Address> previous, Address coordinator, long fromRound)
      implements LedgerEvent {}

  /** Who may claim the coordinator's office, if anybody; a pending claim ends. */
  record SuccessorChanged(Optional<Address> successor) implements LedgerEvent {}

  /**
   * @param readyAt last second for the coordinator's veto
   */
  record CoordinationClaimed(Address successor, long readyAt) implements LedgerEvent {}

  record CoordinationClaimVetoed(Address successor) implements LedgerEvent {}

  /**
   * A change was approved that the next events of its transaction make: by the verifiers who signed
   * it, or, while there are none, by the coordinator.
   *
   * @param nonce number of the change, by which no signature counts twice
   * @param account whom it concerns; zero where the kind names nobody
   * @param value what else the kind takes, else 0
   */
  record GovernanceApproved(
      long nonce,
      GovernanceKind kind,
      Address account,
      BigInteger value,
      List<Signature> signatures)
      implements LedgerEvent {
    public GovernanceApproved {
      signatures = List.copyOf(signatures);
    }
  }

  /** M for rounds from that one on. */
  record ThresholdChanged(int threshold, long fromRound) implements LedgerEvent {}

  /** Rounds build on this version until the next one becomes final. */
  record BaseApproved(long version) implements LedgerEvent {}

  /**
   * @param index admission index, by which bitmaps name the participant; kept on re-admission
   * @param privacyBudget uint64, units of 10^-9
   */
  record ParticipantAdmitted(Address participant, int index, long privacyBudget, long fromRound)
      implements LedgerEvent {}

  record ParticipantSuspended(Address participant, long untilRound) implements LedgerEvent {}

  /**
   * A participant changed its key; a pending recovery ends.
   *
   * @param nonce how many times it had changed before
   * @param signature the {@link org.fedledger.signing.KeyRotation}'s, by the previous key
   */
  record SigningKeyRotated(
      Address participant,
      Address signer,
      Address previousSigner,
      long fromRound,
      long nonce,
      Signature signature)
      implements LedgerEvent {}

  /**
   * The coordinator asks for a new key in place of one that is lost; a request before it ends.
   *
   * @param nonce how many times the key has changed so far
   * @param readyAt last second for the old key's veto
   */
  record RecoveryRequested(Address participant, Address signer, long nonce, long readyAt)
      implements LedgerEvent {}

  record RecoveryVetoed(Address participant, Address signer, long nonce) implements LedgerEvent {}

  /**
   * A participant got a new key without a signature of the old one: by verifiers, whose approval
   * stands just before, or at the coordinator's request; see {@link
   * FederationCreated#verifiersRecover}. A pending recovery ends.
   */
  record SigningKeyRecovered(
      Address participant, Address signer, Address previousSigner, long fromRound)
      implements LedgerEvent {}

  /**
   * @param budget uint64, units of 10^-9
   * @param signature the {@link org.fedledger.signing.BudgetRaise}'s
   */
  record PrivacyBudgetRaised(
      Address participant, long previousBudget, long budget, long fromRound, Signature signature)
      implements LedgerEvent {}

  record VerifierAdded(Address verifier, long fromRound) implements LedgerEvent {}

  record VerifierRemoved(Address verifier, long untilRound) implements LedgerEvent {}

  record AggregatorAdded(Address aggregator, long fromRound) implements LedgerEvent {}

  record AggregatorRemoved(Address aggregator, long untilRound) implements LedgerEvent {}

  record AuditorGranted(Address auditor) implements LedgerEvent {}

  record AuditorRevoked(Address auditor) implements LedgerEvent {}

  /**
   * A round began.
   *
   * @param members who counted then, drawn or not
   * @param attestationThreshold M of this round
   */
  record RoundOpened(
      long round,
      RoundId roundId,
      RoundOpening opening,
      int members,
      int verifiers,
      int attestationThreshold)
      implements LedgerEvent {}

  record UpdateCommitted(UpdateCommitment commitment, int index, Signature signature)
      implements LedgerEvent {}

  /**
   * No commitment of this stage is taken any more.
   *
   * @param deadline the next stage's commit deadline; after the last stage the last second at which
   *     an upload is waited for, before which none may be called MISSING
   */
  record CommitsClosed(RoundId roundId, int stage, int committed, long deadline)
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

  /**
   * @param parent the base version's model
   */
  record VersionFinal(
      long version, Digest model, Digest state, Digest parent, RoundId roundId, long attempt)
      implements LedgerEvent {}

  record RoundAborted(long round, RoundId roundId, AbortReason reason) implements LedgerEvent {}

  record FederationClosed() implements LedgerEvent {}
}
