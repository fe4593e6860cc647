package org.fedledger.client.participant.check;

import java.util.Locale;

/** What is looked at, in this order. */
enum Check {
  CHAIN,
  CONTRACT,
  CLOCK,
  KEY,
  MEMBER,
  NODE,
  SPEC,
  TABLE,
  FOLDER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
