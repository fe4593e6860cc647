package org.fedledger.ledger;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.fedledger.types.Address;
import org.fedledger.types.FederationId;

/**
 * All that follows from the events up to one block. Immutable; its size grows with participants,
 * never with rounds.
 *
 * @param created how the federation began
 * @param coordinator who is in office
 * @param successor who may claim the coordinator's office, if anybody
 * @param claimReadyAt last second for a veto against the successor's claim, if one is pending
 * @param governanceNonce what the next {@link org.fedledger.signing.GovernanceChange} must carry
 * @param attestationThreshold M, as it counts for the next round
 * @param participants by address, as they count for the next round
 * @param verifiers by address, as they count for the next round
 * @param aggregators by address, as they count for the next round
 * @param head the last final version
 * @param approvedBase the version on which rounds build instead of {@code head}, if one was
 *     approved
 * @param round the open round, or the last one; empty before the first
 * @param at the last block that was looked at
 */
public record FederationState(
    LedgerEvent.FederationCreated created,
    Address coordinator,
    Optional<Address> successor,
    Optional<Long> claimReadyAt,
    long governanceNonce,
    int attestationThreshold,
    SortedMap<Address, ParticipantRecord> participants,
    SortedMap<Address, Tenure> verifiers,
    SortedMap<Address, Tenure> aggregators,
    SortedSet<Address> auditors,
    ModelVersion head,
    Optional<ApprovedBase> approvedBase,
    Optional<Round> round,
    boolean closed,
    BlockRef at) {

  /** The same, looked at in a later block in which nothing happened. */
  FederationState at(BlockRef later) {
    return new FederationState(
        created,
        coordinator,
        successor,
        claimReadyAt,
        governanceNonce,
        attestationThreshold,
        participants,
        verifiers,
        aggregators,
        auditors,
        head,
        approvedBase,
        round,
        closed,
        later);
  }

  public FederationId federation() {
    return created.federation();
  }

  /** The round that may still change, if there is one. */
  public Optional<Round> openRound() {
    return round.filter(r -> !r.phase().ended());
  }

  /** The number of the version on which the next round must build. */
  public long baseVersion() {
    return approvedBase.map(ApprovedBase::version).orElse(head.version());
  }

  public long nextRound() {
    return round.map(Round::number).orElse(0L) + 1;
  }
}
