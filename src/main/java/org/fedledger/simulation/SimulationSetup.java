package org.fedledger.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.fedledger.rule.Rule;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Training;
import org.fedledger.types.Digest;

/**
 * What is simulated.
 *
 * @param participants at least 1
 * @param rounds at least 1
 * @param verifiers more than half of whom must attest; 0 for none
 * @param aggregators at least 1
 * @param layers widths of the model's layers, from the inputs to the outputs; at least 2
 * @param rule by which updates are aggregated
 * @param seed of data, keys and faults
 * @param faults what goes wrong
 */
public record SimulationSetup(
    int participants,
    int rounds,
    int verifiers,
    int aggregators,
    List<Integer> layers,
    Rule rule,
    long seed,
    Faults faults) {

  private static final long WEIGHT_CAP = 1_000;

  public SimulationSetup {
    layers = List.copyOf(layers);
    atLeast("participants", participants, 1);
    atLeast("rounds", rounds, 1);
    atLeast("verifiers", verifiers, 0);
    atLeast("aggregators", aggregators, 1);
    atLeast("layers", layers.size(), 2);
  }

  private static void atLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s are at least %d, not %d".formatted(what, least, value));
    }
  }

  /** The same federation with the same data, in which nothing goes wrong. */
  public SimulationSetup undisturbed() {
    return new SimulationSetup(
        participants, rounds, verifiers, aggregators, layers, rule, seed, Faults.NONE);
  }

  /** The command that plays it again. */
  public String command() {
    return "./fedledger simulate --participants %d --rounds %d --verifiers %d --aggregators %d"
            .formatted(participants, rounds, verifiers, aggregators)
        + " --rule %s --layers %s --seed %d%s"
            .formatted(
                rule.kind().name(),
                layers.stream().map(String::valueOf).collect(Collectors.joining(",")),
                seed,
                faults == Faults.NONE ? "" : " --faults " + faults);
  }

  /** More than half of the participants. */
  int quorum() {
    return participants / 2 + 1;
  }

  int attestationThreshold() {
    return verifiers == 0 ? 0 : verifiers / 2 + 1;
  }

  FederationSpec spec(int confirmations) {
    List<Layer> dense = new ArrayList<>();
    for (int i = 1; i < layers.size(); i++) {
      dense.add(new Layer.Dense(layers.get(i - 1), layers.get(i), Activation.RELU));
    }
    return new FederationSpec(
        "simulation",
        new Architecture(dense, Loss.MEAN_SQUARED_ERROR),
        new InitialModel.GlorotUniform(new Digest(SeededRandom.hash(seed, "version 0"))),
        rounds,
        confirmations,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(
            rule,
            new Training(0.1, 0, 32, 1, Training.Unit.EPOCHS),
            WEIGHT_CAP,
            OptionalDouble.empty()),
        Optional.empty());
  }
}
