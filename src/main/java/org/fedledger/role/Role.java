package org.fedledger.role;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedledger.ledger.FederationState;

/**
 * One party's part in the protocol, played step by step. Not for several threads at once.
 *
 * <p>Whatever a step asks of the ledger, of peers or of the disk may fail in the middle, with any
 * exception; stepping again is always right, by this object or by one made anew in its place.
 */
@FunctionalInterface
public interface Role {

  /**
   * Does what the state asks of this party, if anything; one action at most.
   *
   * @param state the ledger at the depth at which this party acts; its block's time is the only
   *     time that counts
   * @throws IOException if a file or a peer cannot be used now
   * @throws org.fedledger.ledger.LedgerUnreachableException if the ledger does not answer
   */
  Step step(FederationState state) throws IOException;

  /** Steps the second where the first has nothing to do; where neither has, both say why. */
  static Role inTurn(Role first, Role second) {
    return state -> {
      Step step = first.step(state);
      if (!(step instanceof Step.Idle(String why))) {
        return step;
      }
      Step next = second.step(state);
      return next instanceof Step.Idle(String other)
          ? new Step.Idle(
              Stream.of(why, other).filter(Predicate.not(String::isEmpty)).collect(joining("; ")))
          : next;
    };
  }
}
