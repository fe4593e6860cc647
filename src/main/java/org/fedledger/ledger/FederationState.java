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
 * @param nextCoordinator who follows when the open round ends, if somebody does
 * @param governanceNonce what the next {@link org.fedledger.signing.GovernanceChange} must carry
 * @param participants by address, as they count for the next round
 * @param verifiers by address, as they count for the next round
 * @param aggregators by address, as they count for the next round
 * @param head the last final version
 * @param round the open round, or the last one; empty before the first
 * @param at the last block that was looked at
 */
public record FederationState(
    LedgerEvent.FederationCreated created,
    Address coordinator,
    Optional<Address> nextCoordinator,
    long governanceNonce,
    SortedMap<Address, Participant> participants,
    SortedMap<Address, Tenure> verifiers,
    SortedMap<Address, Tenure> aggregators,
    SortedSet<Address> auditors,
    ModelVersion head,
    Optional<Round> round,
    boolean closed,
    BlockRef at) {

  /** The same, looked at in a later block in which nothing happened. */
  FederationState at(BlockRef later) {
    return new FederationState(
        created,
        coordinator,
        nextCoordinator,
        governanceNonce,
        participants,
        verifiers,
        aggregators,
        auditors,
        head,
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

  public long nextRound() {
    return round.map(Round::number).orElse(0L) + 1;
  }
}
