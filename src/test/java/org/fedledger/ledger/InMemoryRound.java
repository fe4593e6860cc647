package org.fedledger.ledger;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.fedledger.signing.Publication;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/** A round as the in-memory contract keeps it. */
final class InMemoryRound {

  /** Numbered as the contract's own. */
  enum Phase {
    NONE,
    COMMITTING,
    PUBLISHING,
    ATTESTING,
    FINAL,
    ABORTED;

    boolean open() {
      return this == COMMITTING || this == PUBLISHING || this == ATTESTING;
    }
  }

  final RoundId id;
  final long number;
  final RoundOpening opening;
  final int words;
  final int verifiers;
  final BitSet members;
  final BitSet pending;
  final Set<Address> committed = new HashSet<>();

  Phase phase = Phase.COMMITTING;
  long revealDeadline;
  long publicationDeadline;
  long attestationDeadline;
  long attempts;
  int matching;
  int differing;

  /** The latest publication, and why it proposes to abort; null for a model. */
  Publication candidate;

  AbortReason proposal;

  InMemoryRound(
      RoundId id, long number, RoundOpening opening, int words, int verifiers, BitSet members) {
    this.id = id;
    this.number = number;
    this.opening = opening;
    this.words = words;
    this.verifiers = verifiers;
    this.members = members;
    this.pending = (BitSet) members.clone();
  }
}
