package org.fedledger.memory;

import java.util.Optional;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.types.Address;

/** The coordinator's office: who holds it, who follows, and who may claim it. */
final class Coordination {

  private final ContractState state;

  private Address coordinator = ContractState.NOBODY;
  private Address successor;
  private long claimReadyAt;

  Coordination(ContractState state) {
    this.state = state;
    this.successor = state.terms().successor().orElse(ContractState.NOBODY);
  }

  void found(Address first) {
    ContractState.requireSomebody(first);
    coordinator = first;
    state.record(new LedgerEvent.CoordinatorChanged(Optional.empty(), first, state.nextRound()));
  }

  void require(Address sender) {
    if (!sender.equals(coordinator)) {
      throw BrokenRule.of("NotCoordinator", sender, coordinator);
    }
  }

  /** Checks that the office may go to that account, and returns what gives it. */
  Runnable change(Address account) {
    ContractState.requireSomebody(account);
    if (account.equals(coordinator)) {
      throw BrokenRule.of("AlreadyInOffice", account);
    }
    return () -> {
      state.record(
          new LedgerEvent.CoordinatorChanged(Optional.of(coordinator), account, state.nextRound()));
      coordinator = account;
      endClaim();
    };
  }

  /** As with the first verifier, who can replace a lost coordinator from then on. */
  void endClaim() {
    claimReadyAt = 0;
  }

  void changeSuccessor(Address account) {
    successor = account;
    endClaim();
    state.record(
        new LedgerEvent.SuccessorChanged(
            Optional.of(account).filter(a -> !a.equals(ContractState.NOBODY))));
  }

  void claim(Address sender) {
    if (!sender.equals(successor)) {
      throw BrokenRule.of("NotSuccessor", sender, successor);
    }
    if (sender.equals(coordinator)) {
      throw BrokenRule.of("AlreadyInOffice", sender);
    }
    if (claimReadyAt != 0) {
      throw BrokenRule.of("ClaimIsPending", claimReadyAt);
    }
    claimReadyAt = state.readyAt();
    state.record(new LedgerEvent.CoordinationClaimed(sender, claimReadyAt));
  }

  void veto() {
    requireClaim();
    endClaim();
    state.record(new LedgerEvent.CoordinationClaimVetoed(successor));
  }

  void complete() {
    requireClaim();
    state.requireAfter(claimReadyAt);
    change(successor).run();
  }

  private void requireClaim() {
    if (claimReadyAt == 0) {
      throw BrokenRule.of("NoClaimPending");
    }
  }
}
