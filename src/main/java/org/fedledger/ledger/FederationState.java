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
 * @param participants by address
 * @param head the last final version
 * @param round the open round, or the last one; empty before the first
 * @param at the last block that was looked at
 */
public record FederationState(
    LedgerEvent.FederationCreated created,
    Address coordinator,
    SortedMap<Address, Participant> participants,
    SortedMap<Address, Tenure> verifiers,
    SortedMap<Address, Tenure> aggregators,
    SortedSet<Address> auditors,
    ModelVersion head,
    Optional<Round> round,
    boolean closed,
    BlockRef at) {

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
