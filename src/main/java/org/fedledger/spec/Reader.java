package org.fedledger.spec;

import java.util.Locale;

/** Who may read participants' updates; final models are open to all. */
public enum Reader {
  AGGREGATORS,
  VERIFIERS,
  AUDITORS,
  PARTICIPANTS;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
