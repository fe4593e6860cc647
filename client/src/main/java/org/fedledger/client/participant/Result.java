package org.fedledger.client.participant;

/** What a step comes to. */
public sealed interface Result<T> {

  record Done<T>(T value) implements Result<T> {}

  /** Something is not there yet; try again later. */
  record Later<T>(String why) implements Result<T> {}

  /** This participant cannot take part in this round. */
  record SitOut<T>(String why) implements Result<T> {}
}
