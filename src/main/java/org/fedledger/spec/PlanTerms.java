package org.fedledger.spec;

import java.util.OptionalDouble;
import org.fedledger.rule.Rule;

/**
 * What may change from round to round.
 *
 * @param rule how updates become the next version, with its parameters
 * @param weightCap largest number of examples one update may claim, 1 to 2^32-1
 * @param normBound largest Euclidean norm of an update; none where empty
 */
public record PlanTerms(Rule rule, Training training, long weightCap, OptionalDouble normBound) {

  public static final long MAX_WEIGHT = 0xFFFF_FFFFL;

  public PlanTerms {
    if (weightCap < 1 || weightCap > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weightCap is 1 to %d, not %d".formatted(MAX_WEIGHT, weightCap));
    }
    normBound.ifPresent(
        bound -> {
          if (!Double.isFinite(bound) || bound <= 0) {
            throw new IllegalArgumentException("normBound is a positive number, not " + bound);
          }
        });
  }

  /** The same with another rule. */
  public PlanTerms with(Rule other) {
    return new PlanTerms(other, training, weightCap, normBound);
  }
}
