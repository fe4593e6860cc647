package org.fedledger.devnet.demo.tamper;

/**
 * A fraud as it was asked for.
 *
 * @param colluding aggregator and verifiers stand by it, so that only the audit is left
 */
public record Scheme(Tamper kind, boolean colluding) {

  private static final int COLLUDING_VERIFIERS = 3;

  /**
   * @throws IllegalArgumentException where collusion changes nothing
   */
  public Scheme {
    if (colluding && !kind.colludes()) {
      throw new IllegalArgumentException(
          "--collude changes nothing in %s: no aggregator or verifier stands in its way"
              .formatted(kind.text()));
    }
  }

  /**
   * Whether the story can be played with so many verifiers.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public void requireVerifiers(int number) {
    if (number < kind.fewestVerifiers()) {
      throw new IllegalArgumentException(
          "--tamper %s takes at least %d verifiers, not %d"
              .formatted(kind.text(), kind.fewestVerifiers(), number));
    }
    if (number > 0 && !colluding && !kind.passesVerifiers()) {
      throw new IllegalArgumentException(
          "--tamper %s comes to no version where verifiers are honest, since they attest to nothing that cannot be judged; add --collude, or leave --verifiers out"
              .formatted(kind.text()));
    }
  }

  /** How many verifiers the story has unless another number is asked for. */
  public int verifiers() {
    return colluding ? COLLUDING_VERIFIERS : kind.verifiers();
  }
}
