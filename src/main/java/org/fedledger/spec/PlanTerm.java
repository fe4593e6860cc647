package org.fedledger.spec;

import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/** What a plan says, by the name that it has in the file. */
public enum PlanTerm {
  RULE("rule"),
  TRAINING("training"),
  WEIGHT_CAP("weightCap"),
  NORM_BOUND("normBound"),
  DRAW("draw"),
  STAGES("stages"),
  WINDOWS("windows");

  private final String text;

  PlanTerm(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** In which terms two plans differ. */
  public static Set<PlanTerm> differing(PlanTerms a, PlanTerms b) {
    EnumSet<PlanTerm> differing = EnumSet.noneOf(PlanTerm.class);
    for (PlanTerm term : values()) {
      if (!Objects.equals(term.of(a), term.of(b))) {
        differing.add(term);
      }
    }
    return differing;
  }

  /**
   * Whether a plan asks for no more than the other in this term: a smaller cap or bound lets
   * through only what the wider one lets through too.
   */
  public boolean narrows(PlanTerms agreed, PlanTerms planned) {
    return switch (this) {
      case WEIGHT_CAP -> planned.weightCap() <= agreed.weightCap();
      case NORM_BOUND -> bound(planned) <= bound(agreed);
      case RULE, TRAINING, DRAW, STAGES, WINDOWS -> of(agreed).equals(of(planned));
    };
  }

  private static double bound(PlanTerms terms) {
    OptionalDouble bound = terms.normBound();
    return bound.orElse(Double.POSITIVE_INFINITY);
  }

  private Object of(PlanTerms terms) {
    return switch (this) {
      case RULE -> terms.rule();
      case TRAINING -> terms.training();
      case WEIGHT_CAP -> terms.weightCap();
      case NORM_BOUND -> terms.normBound();
      case DRAW -> terms.draw();
      case STAGES -> terms.schedule().laterStages();
      case WINDOWS -> terms.schedule().windows();
    };
  }
}
