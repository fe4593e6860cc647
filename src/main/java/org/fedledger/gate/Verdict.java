package org.fedledger.gate;

import org.fedledger.signing.Reason;

/** What the gates say of a committed update. */
public sealed interface Verdict {

  /** It passes every gate and takes part in the aggregate. */
  record Admitted() implements Verdict {}

  /**
   * @param reason the first gate that it failed
   * @param detail what was expected and what was found, for people
   */
  record Refused(Reason reason, String detail) implements Verdict {}
}
