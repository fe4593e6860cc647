package org.fedledger.memory;

import java.util.Arrays;
import org.fedledger.ledger.Outcome;

/** A rule of the in-memory contract was broken; nothing has changed. */
final class BrokenRule extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Outcome.Refused refused;

  private BrokenRule(Outcome.Refused refused) {
    super(refused.toString(), null, false, false);
    this.refused = refused;
  }

  /** Values as the contract's errors carry them: numbers in decimal, the rest as hex. */
  static BrokenRule of(String error, Object... values) {
    return new BrokenRule(
        new Outcome.Refused(error, Arrays.stream(values).map(String::valueOf).toList()));
  }

  Outcome.Refused refused() {
    return refused;
  }
}
