package org.fedledger.memory;

import java.util.List;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.signing.Publication;
import org.fedledger.types.RoundId;

/** A round as the in-memory contract keeps it. */
final class RoundEntry {

  /** Numbered as the contract's own. */
  enum Phase {
    NONE,
    COMMITTING,
    PUBLISHING,
    ATTESTING,
    FINAL,
    ABORTED
  }

  final RoundId id;
  final long number;
  final RoundOpening opening;
  final List<StageTerms> later;
  final int words;
  final int verifiers;
  final int threshold;

  Phase phase = Phase.COMMITTING;
  int stage;
  long commitDeadline;
  int mayCommit;
  long revealDeadline;
  long publicationDeadline;
  long attestationDeadline;
  long attempts;
  int matching;
  int differing;

  /** The latest publication, and why it proposes to abort; null for a model. */
  Publication candidate;

  AbortReason proposal;

  RoundEntry(
      RoundId id, long number, RoundOpening opening, int words, int verifiers, int threshold) {
    this.id = id;
    this.number = number;
    this.opening = opening;
    this.later = opening.later();
    this.words = words;
    this.verifiers = verifiers;
    this.threshold = threshold;
    this.commitDeadline = opening.commitDeadline();
    this.mayCommit = opening.drawn();
  }

  boolean exhausted() {
    return attempts == opening.attempts();
  }
}
