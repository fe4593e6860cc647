package org.fedledger.spec;

import java.util.OptionalDouble;
import org.fedledger.rule.Rule;

/**
 * What rounds use: the spec's, and each round's own, which may differ from the spec's only as
 * {@link FederationSpec#planMayChange} says.
 *
 * @param rule how updates become the next version, with its parameters
 * @param weightCap largest number of examples one update may claim, 1 to 2^32-1
 * @param normBound largest Euclidean norm of an update; none where empty
 * @param draw which members a round is for
 */
public record PlanTerms(
    Rule rule,
    Training training,
    long weightCap,
    OptionalDouble normBound,
    Sampling draw,
    Schedule schedule) {

  public static final long MAX_WEIGHT = 0xFFFF_FFFFL;

  /** For every member, in one stage, with whatever windows a round is opened with. */
  public PlanTerms(Rule rule, Training training, long weightCap, OptionalDouble normBound) {
    this(rule, training, weightCap, normBound, new Sampling.Everybody(), Schedule.ONE_STAGE);
  }

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
