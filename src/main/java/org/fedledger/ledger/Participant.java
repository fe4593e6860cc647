package org.fedledger.ledger;

import org.fedledger.types.Address;

/**
 * A participant's record on the ledger.
 *
 * @param address its first admitted address, for ever
 * @param index admission index
 * @param signer address of its present signing key
 * @param privacyBudget uint64, units of 10^-9
 * @param privacySpent uint64, never above the budget
 */
public record Participant(
    Address address,
    int index,
    Address signer,
    Tenure tenure,
    long privacyBudget,
    long privacySpent) {

  Participant withTenure(Tenure changed) {
    return new Participant(address, index, signer, changed, privacyBudget, privacySpent);
  }

  Participant withSigner(Address changed) {
    return new Participant(address, index, changed, tenure, privacyBudget, privacySpent);
  }

  Participant withBudget(long changed) {
    return new Participant(address, index, signer, tenure, changed, privacySpent);
  }

  Participant spending(long cost) {
    return new Participant(address, index, signer, tenure, privacyBudget, privacySpent + cost);
  }
}
