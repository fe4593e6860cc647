package org.fedledger.spec;

import java.util.Locale;

/**
 * How participants are asked to train. A hint: the protocol cannot prove it was followed.
 *
 * @param rate step size
 * @param momentum 0 for plain SGD; Nesterov's otherwise
 * @param batch examples a step
 * @param amount how much, in the given unit
 */
public record Training(double rate, double momentum, int batch, int amount, Unit unit) {

  /** What {@code amount} counts. */
  public enum Unit {
    /** Passes over the participant's examples. */
    EPOCHS,
    /** Batches; passes over the examples follow one another until there were so many. */
    STEPS;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Training {
    if (!Double.isFinite(rate) || rate <= 0) {
      throw new IllegalArgumentException("rate is a positive number, not " + rate);
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum is at least 0 and below 1, not " + momentum);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is at least 1, not " + batch);
    }
    if (amount < 1) {
      throw new IllegalArgumentException(unit.text() + " are at least 1, not " + amount);
    }
  }
}
