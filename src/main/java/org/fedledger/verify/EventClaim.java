package org.fedledger.verify;

import java.util.function.Supplier;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.RecordedEvent;

/** Something that the record claims about more than one round. */
@FunctionalInterface
interface EventClaim {

  /**
   * Takes the next event after the founding's transaction.
   *
   * @param before what followed from the events before it; dear, so asked for only where needed
   */
  void take(RecordedEvent event, Supplier<FederationState> before, Findings findings);
}
