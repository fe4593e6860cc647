package org.fedledger.ledger;

import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A final global model.
 *
 * @param version 0 is the one the federation was created with
 * @param state digest of the rule's state, {@link Digest#NONE} where the rule has none
 * @param parent model digest of the version it builds on, {@link Digest#NONE} for version 0
 * @param origin empty for version 0
 */
public record ModelVersion(
    long version,
    Digest model,
    long modelSize,
    Digest state,
    long stateSize,
    Digest parent,
    Optional<Origin> origin) {

  /**
   * How a version was made.
   *
   * @param number of its round
   * @param publisher the aggregator that signed it
   */
  public record Origin(RoundId round, long number, Address publisher) {}

  /** The number of the round that made it, 0 for version 0. */
  public long madeInRound() {
    return origin.map(Origin::number).orElse(0L);
  }
}
