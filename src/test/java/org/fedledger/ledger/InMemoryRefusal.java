package org.fedledger.ledger;

import java.util.Arrays;

/** A rule of the in-memory contract was broken; nothing has changed. */
final class InMemoryRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Outcome.Refused refused;

  private InMemoryRefusal(Outcome.Refused refused) {
    super(refused.toString(), null, false, false);
    this.refused = refused;
  }

  /** Values as the contract's errors carry them: numbers in decimal, the rest as hex. */
  static InMemoryRefusal of(String error, Object... values) {
    return new InMemoryRefusal(
        new Outcome.Refused(error, Arrays.stream(values).map(String::valueOf).toList()));
  }

  Outcome.Refused refused() {
    return refused;
  }
}
