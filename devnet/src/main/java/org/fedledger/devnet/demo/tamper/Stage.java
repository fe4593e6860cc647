package org.fedledger.devnet.demo.tamper;

import java.util.List;
import org.fedledger.spec.FederationSpec;

/**
 * What a story is set in.
 *
 * @param round in which it happens
 * @param participants in the order of admission; the first of them is the one who cheats, where a
 *     participant does
 * @param node the aggregator, who also keeps the files
 * @param verifiers none for a federation that has none
 */
public record Stage(
    Scheme scheme,
    FederationSpec spec,
    long round,
    List<Party> participants,
    Party node,
    List<Party> verifiers) {

  public Stage {
    participants = List.copyOf(participants);
    verifiers = List.copyOf(verifiers);
  }

  Party cheater() {
    return participants.getFirst();
  }

  /** Whom it is done to; where there is one participant only, that one. */
  Party victim() {
    return participants.get(Math.min(1, participants.size() - 1));
  }

  boolean colluding() {
    return scheme.colluding();
  }

  /** Whether somebody recomputes a publication before it is final. */
  boolean watched() {
    return !verifiers.isEmpty() && !colluding();
  }
}
