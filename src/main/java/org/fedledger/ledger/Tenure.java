package org.fedledger.ledger;

/**
 * The rounds in which somebody counts: {@code from} included, {@code until} excluded.
 *
 * @param until {@link #OPEN} while no end is known
 */
public record Tenure(long from, long until) {

  public static final long OPEN = Long.MAX_VALUE;

  public static Tenure since(long from) {
    return new Tenure(from, OPEN);
  }

  public boolean covers(long round) {
    return from <= round && round < until;
  }

  public Tenure endingAt(long round) {
    return new Tenure(from, round);
  }

  /** Counting again from {@code round} on; coming back before the end leaves no gap. */
  public Tenure resumedAt(long round) {
    return until < round ? since(round) : new Tenure(from, OPEN);
  }
}
