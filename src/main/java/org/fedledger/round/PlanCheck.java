package org.fedledger.round;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.signing.Draw;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.PlanTerm;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.Schedule;
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
    int stages = 1 + plan.terms().schedule().laterStages().size();
    List<String> taken = plan.terms().rule().stages();
    if (stages != taken.size()) {
      return Optional.of(
          Objection.of(
              "the plan has another number of stages than its rule takes",
              "planned",
              stages,
              "rule",
              plan.terms().rule().id(),
              "taken",
              taken));
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

  /** What speaks against a round opened by a plan that is itself in order. */
  static Optional<Objection> objection(FederationState state, Round round, RoundPlan plan) {
    RoundOpening opening = round.opening();
    if (plan.terms().weightCap() != opening.weightCap()) {
      return differs("weight cap", plan.terms().weightCap(), opening.weightCap());
    }
    List<StageTerms> stages =
        plan.terms().schedule().laterStages().stream()
            .map(stage -> new StageTerms(stage.seconds(), stage.threshold()))
            .toList();
    if (!StageTerms.pack(stages).equals(opening.laterStages())) {
      return differs("list of stages", stages, opening.later());
    }
    Optional<Schedule.Windows> planned = plan.terms().schedule().windows();
    if (planned.isPresent() && !isKept(planned.get(), opening)) {
      return differs("set of windows", planned.get(), opening);
    }
    Draw drawn =
        new PlannedDraw(
                state.federation(),
                opening.baseVersion(),
                opening.baseModel(),
                round.version(),
                round.versionRound(),
                state.created().quorum())
            .of(plan.terms(), round.members().values());
    if (!drawn.equals(opening.draw())) {
      return differs("draw", drawn, opening.draw());
    }
    return Optional.empty();
  }

  private static boolean isKept(Schedule.Windows planned, RoundOpening opening) {
    return planned.reveal() == opening.revealSeconds()
        && planned.publication() == opening.publicationSeconds()
        && planned.attestation() == opening.attestationSeconds()
        && planned.attempts() == opening.attempts();
  }

  private static Optional<Objection> differs(String what, Object planned, Object opened) {
    return Optional.of(
        Objection.of(
            "the round was opened with another %s than its plan has".formatted(what),
            "planned",
            planned,
            "opened",
            opened));
  }

  private static String names(Set<PlanTerm> terms) {
    EnumSet<PlanTerm> sorted = EnumSet.noneOf(PlanTerm.class);
    sorted.addAll(terms);
    return sorted.isEmpty()
        ? "nothing"
        : String.join(", ", sorted.stream().map(PlanTerm::text).toList());
  }
}
