package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.json.JsonReader;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;

/**
 * {@code fedavgm/1}: steps along the means of all rounds so far, the older the less (Hsu et al.,
 * Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification,
 * 2019).
 *
 * <p>Its state has a tensor of F64 for each of the model's, of the same name and shape: the
 * momentum, zeros in version 0. For each element, with the mean of {@link WeightedMean}, every
 * operation rounded to binary64 on its own:
 *
 * <pre>
 *   newMomentum = momentumFactor * oldMomentum + mean
 *   new         = (float) ((double) base + serverRate * newMomentum)
 * </pre>
 *
 * @param serverRate what the momentum is multiplied by, finite and above 0
 * @param momentum the momentum's factor from one round to the next, at least 0 and below 1
 */
public record FedAvgM(double serverRate, double momentum) implements Rule {

  private static final String SERVER_RATE = "serverRate";
  private static final String MOMENTUM = "momentum";

  static final RuleKind KIND =
      new RuleKind(
          "fedavgm", 1, List.of(SERVER_RATE, MOMENTUM), FedAvgM::parse, _ -> new FedAvgM(1, 0.5));

  public FedAvgM {
    if (!(serverRate > 0 && serverRate <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("serverRate is a positive number, not " + serverRate);
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum is at least 0 and below 1, not " + momentum);
    }
    momentum += 0.0; // A zero has one sign, so that one content has one digest.
  }

  private static Rule parse(JsonReader in) {
    return new FedAvgM(
        in.number(SERVER_RATE, Double.MIN_VALUE, Double.MAX_VALUE), in.number(MOMENTUM, 0, 1));
  }

  @Override
  public RuleKind kind() {
    return KIND;
  }

  @Override
  public void write(ObjectNode parameters) {
    parameters.put(SERVER_RATE, serverRate).put(MOMENTUM, momentum);
  }

  @Override
  public Optional<List<TensorSpec>> stateForm(List<TensorSpec> model) {
    return Optional.of(
        model.stream()
            .map(tensor -> new TensorSpec(tensor.name(), ElementType.F64, tensor.shape()))
            .toList());
  }

  @Override
  public Aggregate aggregate(RuleInputs inputs, Workers workers) {
    WeightedMean mean = new WeightedMean(inputs.updates());
    return new Aggregate() {
      @Override
      public Optional<Supplier<Kernel>> state() {
        return Optional.of(() -> carry(inputs.state().orElseThrow(), mean.kernel()));
      }

      @Override
      public Supplier<Kernel> model(Optional<Elements> state) {
        return () -> step(inputs.base(), state.orElseThrow());
      }
    };
  }

  private Kernel carry(Elements old, Kernel mean) {
    double[] block = new double[TensorData.BLOCK];
    return (from, count, into) -> {
      mean.compute(from, count, into);
      old.doubles(from, block, count);
      for (int i = 0; i < count; i++) {
        into[i] = momentum * block[i] + into[i];
      }
    };
  }

  private Kernel step(Elements base, Elements carried) {
    float[] block = new float[TensorData.BLOCK];
    return (from, count, into) -> {
      carried.doubles(from, into, count);
      base.floats(from, block, count);
      for (int i = 0; i < count; i++) {
        into[i] = block[i] + serverRate * into[i];
      }
    };
  }

  @Override
  public Optional<String> explain(Difference difference) {
    return difference
        .without("the momentum of the rounds before was forgotten", this)
        .or(
            () ->
                new WeightedExplanation(
                        this,
                        difference,
                        (base, old, made) -> (made - base) / serverRate - momentum * old)
                    .find());
  }
}
