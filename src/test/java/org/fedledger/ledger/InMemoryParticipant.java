package org.fedledger.ledger;

import org.fedledger.types.Address;

/** A participant as the in-memory contract keeps it. Budgets are unsigned. */
final class InMemoryParticipant {

  final Address address;
  final int index;

  private Address signer;
  private Address previousSigner;
  private long signerFrom;
  private long budget;
  private long previousBudget;
  private long budgetFrom;
  private long spent;
  private boolean member = true;

  InMemoryParticipant(Address address, int index, long budget, long next) {
    this.address = address;
    this.index = index;
    this.signer = address;
    this.signerFrom = next;
    this.budget = budget;
    this.budgetFrom = next;
  }

  boolean member() {
    return member;
  }

  void member(boolean changed) {
    member = changed;
  }

  Address signer() {
    return signer;
  }

  /** Whose signature counts in that round; null if none does. */
  Address signerIn(long round) {
    return signerFrom <= round ? signer : previousSigner;
  }

  void rotate(Address newSigner, long next) {
    if (signerFrom < next) {
      previousSigner = signer;
      signerFrom = next;
    }
    signer = newSigner;
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
