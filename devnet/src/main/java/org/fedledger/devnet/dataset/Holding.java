package org.fedledger.devnet.dataset;

/** What one participant of a demo owns, and shows to nobody. */
public sealed interface Holding {

  /** The participant's name, for people and for the folder that holds its things. */
  String participant();

  /** A table, read like any real participant's by the schema of the spec. */
  record Table(String participant, String csv) implements Holding {}

  /** Pictures in memory. */
  record Pictures(String participant, LabelledImages training, LabelledImages heldOut)
      implements Holding {}
}
