package org.fedledger.memory;

import java.util.List;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.signing.Decision;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * The rules of {@code FederatedLedger.sol} once more, in the same order and under the same names,
 * so that one suite holds for both. Everything is checked before anything changes.
 */
final class InMemoryContract {

  private final ContractState state;
  private final Coordination coordination;
  private final ParticipantRegister participants;
  private final RoundRegister rounds;
  private final Governance governance;

  InMemoryContract(ContractState.Signers signers, FederationSetup setup) {
    LedgerEvent.FederationCreated terms =
        new LedgerEvent.FederationCreated(
            setup.federation(),
            setup.spec(),
            setup.model().digest(),
            setup.model().size(),
            setup.state().map(BlobId::digest).orElse(Digest.NONE),
            setup.state().map(BlobId::size).orElse(0L),
            setup.quorum(),
            setup.attestationThreshold(),
            setup.recoverySeconds(),
            setup.successor());
    requireTerms(terms);
    state = new ContractState(signers, terms);
    coordination = new Coordination(state);
    participants = new ParticipantRegister(state);
    rounds = new RoundRegister(state, coordination, participants);
    governance = new Governance(state, coordination, participants, rounds);
    state.record(terms);
    governance.found(setup);
  }

  private static void requireTerms(LedgerEvent.FederationCreated terms) {
    if (terms.federation().isZero()) {
      throw BrokenRule.of("ZeroFederationId");
    }
    if (terms.spec().isZero() || terms.model().isZero()) {
      throw BrokenRule.of("ZeroDigest");
    }
    if (terms.modelSize() == 0) {
      throw BrokenRule.of("ZeroSize");
    }
    if (terms.state().isZero() != (terms.stateSize() == 0)) {
      throw BrokenRule.of("StateSizeMismatch", terms.state(), terms.stateSize());
    }
    if (terms.quorum() < 1 || terms.quorum() > Decision.MAX_MEMBERS) {
      throw BrokenRule.of("InvalidQuorum", terms.quorum());
    }
    if (terms.recoverySeconds() == 0) {
      throw BrokenRule.of("InvalidWindow", 0);
    }
  }

  /** What was recorded since the last call. */
  List<LedgerEvent> takeEvents() {
    return state.takeEvents();
  }

  /**
   * @throws BrokenRule if a rule forbids it; nothing has changed then
   */
  void execute(Address sender, LedgerAction action, long blockTime) {
    state.setTime(blockTime);
    switch (action) {
      case LedgerAction.Admit a -> {
        requireCoordinator(sender);
        participants.admit(a);
      }
      case LedgerAction.Suspend a -> {
        requireCoordinator(sender);
        participants.suspend(a);
      }
      case LedgerAction.RotateKey a -> {
        state.requireNotClosed();
        participants.rotate(a);
      }
      case LedgerAction.RequestRecovery a -> {
        requireCoordinator(sender);
        governance.requireRecoveryByCoordinator();
        participants.requestRecovery(a);
      }
      case LedgerAction.VetoRecovery a -> {
        state.requireNotClosed();
        participants.vetoRecovery(a);
      }
      case LedgerAction.CompleteRecovery a -> {
        state.requireNotClosed();
        participants.completeRecovery(a.participant());
      }
      case LedgerAction.RaiseBudget a -> {
        state.requireNotClosed();
        participants.raise(a);
      }
      case LedgerAction.GrantAuditor a -> {
        requireCoordinator(sender);
        governance.grant(a.auditor());
      }
      case LedgerAction.RevokeAuditor a -> {
        requireCoordinator(sender);
        governance.revoke(a.auditor());
      }
      case LedgerAction.Govern a -> {
        state.requireNotClosed();
        governance.govern(sender, a);
      }
      case LedgerAction.ClaimCoordination _ -> {
        state.requireNotClosed();
        governance.requireNoVerifiers();
        coordination.claim(sender);
      }
      case LedgerAction.VetoClaim _ -> {
        requireCoordinator(sender);
        coordination.veto();
      }
      case LedgerAction.CompleteClaim _ -> {
        state.requireNotClosed();
        governance.requireNoVerifiers();
        coordination.complete();
      }
      case LedgerAction.OpenRound a -> {
        requireCoordinator(sender);
        rounds.open(a.opening());
      }
      case LedgerAction.Commit a -> rounds.commit(a);
      case LedgerAction.CloseCommits a -> rounds.close(a.roundId());
      case LedgerAction.Publish a -> rounds.publish(a);
      case LedgerAction.Attest a -> rounds.attest(a);
      case LedgerAction.ExpirePublication a -> rounds.expire(a.roundId());
      case LedgerAction.AbortRound a -> rounds.abort(sender, a);
    }
  }

  private void requireCoordinator(Address sender) {
    coordination.require(sender);
    state.requireNotClosed();
  }
}
