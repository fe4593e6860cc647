package org.fedledger.memory;

import org.fedledger.ledger.Recovery;
import org.fedledger.ledger.Tenure;
import org.fedledger.types.Address;

/** A participant as the in-memory contract keeps it. Budgets are unsigned. */
final class ParticipantEntry {

  final Address address;
  final int index;

  private Tenure tenure;
  private Address signer;
  private Address previousSigner;
  private long signerFrom;
  private long keyChanges;
  private Recovery recovery;
  private long budget;
  private long previousBudget;
  private long budgetFrom;
  private long spent;

  ParticipantEntry(Address address, int index, long budget, long next) {
    this.address = address;
    this.index = index;
    this.tenure = Tenure.since(next);
    this.signer = address;
    this.signerFrom = next;
    this.budget = budget;
    this.budgetFrom = next;
  }

  /** The rounds in which it is a member. */
  Tenure tenure() {
    return tenure;
  }

  void suspend(long next) {
    tenure = tenure.endingAt(next);
  }

  void readmit(long next) {
    tenure = tenure.resumedAt(next);
  }

  Address signer() {
    return signer;
  }

  long keyChanges() {
    return keyChanges;
  }

  /** Whose signature counts in that round; null if none does. */
  Address signerIn(long round) {
    return signerFrom <= round ? signer : previousSigner;
  }

  /** The former key counts until the new one does. A pending recovery ends. */
  void changeSigner(Address newSigner, long next) {
    if (signerFrom < next) {
      previousSigner = signer;
      signerFrom = next;
    }
    signer = newSigner;
    keyChanges++;
    recovery = null;
  }

  /** The key that waits for a veto; null if none does. */
  Recovery recovery() {
    return recovery;
  }

  void setRecovery(Recovery pending) {
    recovery = pending;
  }

  long budget() {
    return budget;
  }

  long budgetIn(long round) {
    return budgetFrom <= round ? budget : previousBudget;
  }

  void raise(long newBudget, long next) {
    if (budgetFrom < next) {
      previousBudget = budget;
      budgetFrom = next;
    }
    budget = newBudget;
  }

  long spent() {
    return spent;
  }

  void spend(long cost) {
    spent += cost;
  }
}
