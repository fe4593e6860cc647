package org.fedledger.memory;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.types.Address;

/** Offices, the threshold, and the changes that take M verifiers where there are any. */
final class Governance {

  private static final int ADDRESS_BITS = 8 * Address.LENGTH;

  private final ContractState state;
  private final Coordination coordination;
  private final ParticipantRegister participants;
  private final RoundRegister rounds;
  private final OfficerRegister aggregators;
  private final OfficerRegister verifiers;
  private final Set<Address> auditors = new HashSet<>();
  private long nonce;

  Governance(
      ContractState state,
      Coordination coordination,
      ParticipantRegister participants,
      RoundRegister rounds) {
    this.state = state;
    this.coordination = coordination;
    this.participants = participants;
    this.rounds = rounds;
    this.aggregators = rounds.aggregators();
    this.verifiers = rounds.verifiers();
  }

  void found(FederationSetup setup) {
    coordination.found(setup.coordinator());
    setup.aggregators().forEach(account -> addAggregator(account).run());
    requireNotTooMany(setup.verifiers());
    for (Address account : setup.verifiers()) {
      verifiers.requireEnters(account);
      enterVerifier(account);
    }
    requireThreshold(BigInteger.valueOf(setup.attestationThreshold()), verifiers.count());
    rounds.setThreshold(setup.attestationThreshold());
    requireNotTooMany(setup.auditors());
    setup.auditors().forEach(this::grant);
  }

  private static void requireNotTooMany(List<Address> accounts) {
    if (accounts.size() > OfficerRegister.MAX) {
      throw BrokenRule.of("TooManyAccounts", accounts.size(), OfficerRegister.MAX);
    }
  }

  void grant(Address auditor) {
    ContractState.requireSomebody(auditor);
    if (!auditors.add(auditor)) {
      throw BrokenRule.of("AlreadyInOffice", auditor);
    }
    state.record(new LedgerEvent.AuditorGranted(auditor));
  }

  void revoke(Address auditor) {
    if (!auditors.remove(auditor)) {
      throw BrokenRule.of("NotInOffice", auditor);
    }
    state.record(new LedgerEvent.AuditorRevoked(auditor));
  }

  void requireNoVerifiers() {
    if (verifiers.count() != 0) {
      throw BrokenRule.of("OnlyWithoutVerifiers");
    }
  }

  void requireRecoveryByCoordinator() {
    if (state.terms().verifiersRecover()) {
      throw BrokenRule.of("OnlyWithoutVerifiers");
    }
  }

  void govern(Address sender, LedgerAction.Govern a) {
    boolean named = !a.account().equals(ContractState.NOBODY);
    if (named && !a.kind().namesAccount() || a.value().signum() != 0 && !a.kind().carriesValue()) {
      throw invalid(a);
    }
    authorize(sender, a);
    Runnable change = change(a);
    state.record(
        new LedgerEvent.GovernanceApproved(
            nonce, a.kind(), a.account(), a.value(), a.signatures()));
    nonce++;
    change.run();
  }

  private void authorize(Address sender, LedgerAction.Govern a) {
    int needed = 0;
    if (verifiers.count() == 0) {
      coordination.require(sender);
    } else {
      needed = rounds.threshold();
    }
    if (a.signatures().size() != needed) {
      throw BrokenRule.of("WrongSignatureCount", a.signatures().size(), needed);
    }
    GovernanceChange signed =
        new GovernanceChange(
            state.terms().federation(), a.kind().code(), a.account(), a.value(), nonce);
    Address previous = ContractState.NOBODY;
    for (Signature signature : a.signatures()) {
      Address signer = state.signerOf(signed, signature);
      if (!verifiers.countsIn(signer, state.nextRound())) {
        throw BrokenRule.of("NotVerifierOfRound", signer, state.nextRound());
      }
      if (signer.compareTo(previous) <= 0) {
        throw BrokenRule.of("SignersNotAscending", previous, signer);
      }
      previous = signer;
    }
  }

  /** Checks that the change can be made, and returns what makes it. */
  private Runnable change(LedgerAction.Govern a) {
    return switch (a.kind()) {
      case ADD_VERIFIER -> addVerifier(a.account(), a.value());
      case REMOVE_VERIFIER -> removeVerifier(a.account(), a.value());
      case REPLACE_VERIFIER -> replaceVerifier(a);
      case ADD_AGGREGATOR -> addAggregator(a.account());
      case REMOVE_AGGREGATOR -> removeAggregator(a.account());
      case CHANGE_COORDINATOR -> coordination.change(a.account());
      case CHANGE_THRESHOLD -> threshold(a.value(), verifiers.count());
      case RECOVER_KEY -> recoverKey(a);
      case BUILD_ON -> rounds.buildOn(a.value());
      case CLOSE_FEDERATION -> close();
      case CHANGE_SUCCESSOR -> () -> coordination.changeSuccessor(a.account());
    };
  }

  private Runnable addVerifier(Address account, BigInteger threshold) {
    verifiers.requireRoom();
    verifiers.requireEnters(account);
    Runnable reset = resetThreshold(threshold, verifiers.count() + 1);
    return () -> {
      enterVerifier(account);
      coordination.endClaim();
      reset.run();
    };
  }

  private Runnable removeVerifier(Address account, BigInteger threshold) {
    verifiers.requireLeaves(account);
    int left = verifiers.count() - 1;
    if (left == 0) {
      throw BrokenRule.of("InvalidThreshold", rounds.threshold(), 0);
    }
    Runnable reset = resetThreshold(threshold, left);
    return () -> {
      leaveVerifier(account);
      reset.run();
    };
  }

  private Runnable replaceVerifier(LedgerAction.Govern a) {
    verifiers.requireLeaves(a.account());
    Address coming = address(a);
    if (!coming.equals(a.account())) {
      verifiers.requireEnters(coming);
    }
    return () -> {
      leaveVerifier(a.account());
      enterVerifier(coming);
    };
  }

  private void enterVerifier(Address account) {
    verifiers.enter(account, state.nextRound());
    state.record(new LedgerEvent.VerifierAdded(account, state.nextRound()));
  }

  private void leaveVerifier(Address account) {
    verifiers.leave(account, state.nextRound());
    state.record(new LedgerEvent.VerifierRemoved(account, state.nextRound()));
  }

  private Runnable addAggregator(Address account) {
    aggregators.requireEnters(account);
    aggregators.requireRoom();
    return () -> {
      aggregators.enter(account, state.nextRound());
      state.record(new LedgerEvent.AggregatorAdded(account, state.nextRound()));
    };
  }

  private Runnable removeAggregator(Address account) {
    aggregators.requireLeaves(account);
    return () -> {
      aggregators.leave(account, state.nextRound());
      state.record(new LedgerEvent.AggregatorRemoved(account, state.nextRound()));
    };
  }

  /** After a change of the number of verifiers: another threshold if one is given. */
  private Runnable resetThreshold(BigInteger threshold, int count) {
    if (threshold.signum() == 0) {
      requireThreshold(BigInteger.valueOf(rounds.threshold()), count);
      return () -> {};
    }
    return threshold(threshold, count);
  }

  private Runnable threshold(BigInteger threshold, int count) {
    requireThreshold(threshold, count);
    return () -> {
      rounds.setThreshold(threshold.intValueExact());
      state.record(new LedgerEvent.ThresholdChanged(threshold.intValueExact(), state.nextRound()));
    };
  }

  private static void requireThreshold(BigInteger threshold, int count) {
    boolean small = threshold.compareTo(BigInteger.valueOf(count)) <= 0;
    if (!small || count > 0 && 2 * threshold.intValueExact() <= count) {
      throw BrokenRule.of("InvalidThreshold", threshold, count);
    }
  }

  private Runnable recoverKey(LedgerAction.Govern a) {
    if (!state.terms().verifiersRecover()) {
      throw BrokenRule.of("OnlyWithVerifiers");
    }
    return participants.recovery(a.account(), address(a));
  }

  private Runnable close() {
    state.requireNoOpenRound();
    return () -> {
      state.close();
      state.record(new LedgerEvent.FederationClosed());
    };
  }

  private static Address address(LedgerAction.Govern a) {
    if (a.value().bitLength() > ADDRESS_BITS) {
      throw invalid(a);
    }
    byte[] bytes = new byte[Address.LENGTH];
    byte[] value = a.value().toByteArray();
    int length = Math.min(value.length, bytes.length);
    System.arraycopy(value, value.length - length, bytes, bytes.length - length, length);
    return new Address(bytes);
  }

  private static BrokenRule invalid(LedgerAction.Govern a) {
    return BrokenRule.of("InvalidChange", a.kind().code(), a.account(), a.value());
  }
}
