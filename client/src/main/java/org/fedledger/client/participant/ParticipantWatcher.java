package org.fedledger.client.participant;

import org.fedledger.role.ParticipantEvent;
import org.fedledger.role.RoleLoop;

/**
 * Is told what a participant goes through, on the thread that runs it; of a ledger that does not
 * answer also on another.
 */
@FunctionalInterface
public interface ParticipantWatcher extends RoleLoop.Watcher {

  /** It took a step, and goes on when this returns. */
  void happened(ParticipantEvent event);

  /** Thrown to whoever runs the participant, too. */
  @Override
  default void died(Error why) {}
}
