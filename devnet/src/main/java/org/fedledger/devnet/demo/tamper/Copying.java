package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.UpdateCommitment;

/**
 * Commits, as one's own, the digest that another has just committed: a contract that takes digests
 * twice takes this one too, but the author stands in the file.
 */
record Copying(Party victim) implements DishonestParticipant.Work {

  @Override
  public void with(ParticipantAccess access, RoundTask task)
      throws IOException, InterruptedException {
    FederationState state = access.await(s -> committed(s, task) != null);
    UpdateCommitment theirs = committed(state, task).commitment();
    access.commit(
        new UpdateCommitment(
            task.roundId(),
            0,
            access.self().address(),
            theirs.digest(),
            theirs.size(),
            Math.min(access.examples(), task.weightCap()),
            0));
  }

  private UpdateCommitted committed(FederationState state, RoundTask task) {
    return state
        .round()
        .filter(round -> round.id().equals(task.roundId()))
        .map(round -> round.commitments().get(victim.address()))
        .orElse(null);
  }
}
