package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.ledger.FederationState;
import org.fedledger.role.ResultProvider;
import org.fedledger.verify.RoundComputation;

/** An honest aggregator who lets the first one publish, and is there when that one's fails. */
public record SecondAggregator(Web3jLedger ledger) implements ResultProvider {

  @Override
  public RoundComputation.Result compute(Task task) throws IOException {
    if (task.round().candidates().isEmpty()) {
      try {
        ParticipantAccess.await(ledger, state -> isPast(state, task));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for another aggregator", e);
      }
    }
    return PROTOCOL.compute(task);
  }

  private static boolean isPast(FederationState state, Task task) {
    return state
        .round()
        .filter(r -> r.id().equals(task.round().id()) && r.candidates().isEmpty())
        .isEmpty();
  }
}
