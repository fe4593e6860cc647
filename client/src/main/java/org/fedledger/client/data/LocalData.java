package org.fedledger.client.data;

/** What one participant trains and evaluates on. It never leaves the participant's machine. */
public interface LocalData {

  /** At least one example. */
  Examples training();

  /** Kept from training; may be empty. */
  Examples heldOut();

  /** Data that is in memory already. */
  static LocalData of(Examples training, Examples heldOut) {
    return new InMemoryData(training, heldOut);
  }
}
