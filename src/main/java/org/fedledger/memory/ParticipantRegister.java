package org.fedledger.memory;

import static org.fedledger.memory.ContractState.unsigned;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.Recovery;
import org.fedledger.signing.Decision;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.types.Address;

/** Who takes part, with which key and what budget. Who may call is checked by the caller. */
final class ParticipantRegister {

  private final ContractState state;
  private final Map<Address, ParticipantEntry> entries = new HashMap<>();

  /** By admission index, who counts for the next round. */
  private final BitSet members = new BitSet();

  ParticipantRegister(ContractState state) {
    this.state = state;
  }

  /** How many were ever admitted. */
  int admitted() {
    return entries.size();
  }

  /** How many count for the next round. */
  int memberCount() {
    return members.cardinality();
  }

  /** A copy, by admission index. */
  BitSet members() {
    return (BitSet) members.clone();
  }

  /** The record of that address; null if it was never admitted. */
  ParticipantEntry find(Address address) {
    return entries.get(address);
  }

  void admit(LedgerAction.Admit a) {
    ContractState.requireSomebody(a.participant());
    ParticipantEntry entry = entries.get(a.participant());
    if (entry == null) {
      entry = newEntry(a);
    } else {
      requireReadmissible(entry, a.privacyBudget());
      entry.readmit(state.nextRound());
    }
    members.set(entry.index);
    state.record(
        new LedgerEvent.ParticipantAdmitted(
            entry.address, entry.index, a.privacyBudget(), state.nextRound()));
  }

  private ParticipantEntry newEntry(LedgerAction.Admit a) {
    int index = entries.size();
    if (index >= Decision.MAX_MEMBERS) {
      throw BrokenRule.of("TooManyAccounts", index + 1, Decision.MAX_MEMBERS);
    }
    ParticipantEntry entry =
        new ParticipantEntry(a.participant(), index, a.privacyBudget(), state.nextRound());
    entries.put(a.participant(), entry);
    return entry;
  }

  private void requireReadmissible(ParticipantEntry entry, long budget) {
    if (members.get(entry.index)) {
      throw BrokenRule.of("AlreadyMember", entry.address);
    }
    if (budget != entry.budget()) {
      throw BrokenRule.of("BudgetDiffers", unsigned(budget), unsigned(entry.budget()));
    }
  }

  void suspend(LedgerAction.Suspend a) {
    ParticipantEntry entry = entries.get(a.participant());
    if (entry == null || !members.get(entry.index)) {
      throw BrokenRule.of("NotMember", a.participant());
    }
    members.clear(entry.index);
    entry.suspend(state.nextRound());
    state.record(new LedgerEvent.ParticipantSuspended(a.participant(), state.nextRound()));
  }

  void rotate(LedgerAction.RotateKey a) {
    KeyRotation rotation = a.rotation();
    ParticipantEntry entry = required(rotation.participant());
    requireNonce(rotation.nonce(), entry);
    Address previous = entry.signer();
    state.requireSigner(rotation, a.signature(), previous);
    requireOtherSigner(entry, rotation.signer());
    entry.changeSigner(rotation.signer(), state.nextRound());
    state.record(
        new LedgerEvent.SigningKeyRotated(
            entry.address,
            rotation.signer(),
            previous,
            state.nextRound(),
            rotation.nonce(),
            a.signature()));
  }

  void requestRecovery(LedgerAction.RequestRecovery a) {
    ParticipantEntry entry = required(a.participant());
    requireOtherSigner(entry, a.signer());
    entry.setRecovery(new Recovery(a.signer(), state.readyAt()));
    state.record(
        new LedgerEvent.RecoveryRequested(
            entry.address, a.signer(), entry.keyChanges(), state.readyAt()));
  }

  void vetoRecovery(LedgerAction.VetoRecovery a) {
    RecoveryVeto veto = a.veto();
    ParticipantEntry entry = recovering(veto.participant());
    Address pending = entry.recovery().signer();
    if (!veto.signer().equals(pending)) {
      throw BrokenRule.of("OtherRecoveryPending", veto.signer(), pending);
    }
    requireNonce(veto.nonce(), entry);
    state.requireSigner(veto, a.signature(), entry.signer());
    entry.setRecovery(null);
    state.record(new LedgerEvent.RecoveryVetoed(entry.address, pending, veto.nonce()));
  }

  void completeRecovery(Address participant) {
    ParticipantEntry entry = recovering(participant);
    state.requireAfter(entry.recovery().readyAt());
    recovery(participant, entry.recovery().signer()).run();
  }

  /** Checks that the participant may get that key, and returns what gives it. */
  Runnable recovery(Address participant, Address signer) {
    ParticipantEntry entry = required(participant);
    requireOtherSigner(entry, signer);
    return () -> {
      Address previous = entry.signer();
      entry.changeSigner(signer, state.nextRound());
      state.record(
          new LedgerEvent.SigningKeyRecovered(participant, signer, previous, state.nextRound()));
    };
  }

  void raise(LedgerAction.RaiseBudget a) {
    ParticipantEntry entry = required(a.raise().participant());
    long budget = a.raise().budget();
    long previous = entry.budget();
    if (Long.compareUnsigned(budget, previous) <= 0) {
      throw BrokenRule.of("BudgetNotRaised", unsigned(budget), unsigned(previous));
    }
    state.requireSigner(a.raise(), a.signature(), entry.signer());
    entry.raise(budget, state.nextRound());
    state.record(
        new LedgerEvent.PrivacyBudgetRaised(
            entry.address, previous, budget, state.nextRound(), a.signature()));
  }

  private ParticipantEntry required(Address participant) {
    ParticipantEntry entry = entries.get(participant);
    if (entry == null) {
      throw BrokenRule.of("NotAdmitted", participant);
    }
    return entry;
  }

  private ParticipantEntry recovering(Address participant) {
    ParticipantEntry entry = entries.get(participant);
    if (entry == null || entry.recovery() == null) {
      throw BrokenRule.of("NoRecoveryPending", participant);
    }
    return entry;
  }

  private static void requireNonce(long given, ParticipantEntry entry) {
    if (given != entry.keyChanges()) {
      throw BrokenRule.of("WrongNonce", unsigned(given), entry.keyChanges());
    }
  }

  private static void requireOtherSigner(ParticipantEntry entry, Address signer) {
    ContractState.requireSomebody(signer);
    if (signer.equals(entry.signer())) {
      throw BrokenRule.of("SameSigner", signer);
    }
  }
}
