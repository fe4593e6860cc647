package org.fedledger.round;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.PlanTerm;
import org.fedledger.spec.RoundPlan;
import org.fedledger.types.Digest;

/**
 * Whether a round may be played by a plan: one answer for whoever founds, opens, trains,
 * aggregates, attests or audits.
 */
public final class PlanCheck {

  private PlanCheck() {}

  /**
   * What speaks against a plan, whoever opens a round with it.
   *
   * @param digest the spec's
   */
  public static Optional<Objection> objection(Digest digest, FederationSpec spec, RoundPlan plan) {
    if (!plan.spec().equals(digest)) {
      return Optional.of(
          Objection.of(
              "the plan belongs to another spec", "planSpec", plan.spec(), "spec", digest));
    }
    Set<PlanTerm> widened = widened(spec, plan);
    if (!widened.isEmpty()) {
      Map<String, String> evidence = new LinkedHashMap<>();
      evidence.put("changed", names(widened));
      evidence.put("planMayChange", names(spec.planMayChange()));
      return Optional.of(
          new Objection("the plan asks for more than the spec lets plans change", evidence));
    }
    return Optional.empty();
  }

  /** In which terms a plan differs from the spec's, allowed or not. */
  public static Set<PlanTerm> changed(FederationSpec spec, RoundPlan plan) {
    return PlanTerm.differing(spec.plan(), plan.terms());
  }

  private static Set<PlanTerm> widened(FederationSpec spec, RoundPlan plan) {
    Set<PlanTerm> widened = changed(spec, plan);
    widened.removeAll(spec.planMayChange());
    widened.removeIf(term -> term.narrows(spec.plan(), plan.terms()));
    return widened;
  }

  /** What speaks against an opening by a plan that is itself in order. */
  static Optional<Objection> objection(RoundPlan plan, RoundOpening opening) {
    if (plan.terms().weightCap() != opening.weightCap()) {
      return Optional.of(
          Objection.of(
              "the round was opened with another weight cap than its plan has",
              "planned",
              plan.terms().weightCap(),
              "opened",
              opening.weightCap()));
    }
    return Optional.empty();
  }

  private static String names(Set<PlanTerm> terms) {
    EnumSet<PlanTerm> sorted = EnumSet.noneOf(PlanTerm.class);
    sorted.addAll(terms);
    return String.join(", ", sorted.stream().map(PlanTerm::text).toList());
  }
}
