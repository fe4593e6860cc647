package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.json.JsonReader;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorData;

/**
 * {@code fedavg/1}: the base version plus the mean of the updates, weighted by training examples
 * (McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data,
 * 2017).
 *
 * <p>For each element, with the mean of {@link WeightedMean}, every operation rounded to binary64
 * on its own:
 *
 * <pre>
 *   new = (float) ((double) base + serverRate * mean)
 * </pre>
 *
 * @param serverRate what the mean is multiplied by, finite and above 0; 1 in plain FedAvg
 */
public record FedAvg(double serverRate) implements Rule {

  private static final String SERVER_RATE = "serverRate";

  static final RuleKind KIND =
      new RuleKind("fedavg", 1, List.of(SERVER_RATE), FedAvg::parse, _ -> new FedAvg(1));

  public FedAvg {
    if (!(serverRate > 0 && serverRate <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("serverRate is a positive number, not " + serverRate);
    }
  }

  private static Rule parse(JsonReader in) {
    return new FedAvg(in.number(SERVER_RATE, Double.MIN_VALUE, Double.MAX_VALUE));
  }

  @Override
  public RuleKind kind() {
    return KIND;
  }

  @Override
  public void write(ObjectNode parameters) {
    parameters.put(SERVER_RATE, serverRate);
  }

  @Override
  public Aggregate aggregate(RuleInputs inputs, Workers workers) {
    WeightedMean mean = new WeightedMean(inputs.updates());
    return new Aggregate() {
      @Override
      public Supplier<Kernel> model(Optional<Elements> state) {
        return () -> step(inputs.base(), mean.kernel());
      }
    };
  }

  private Kernel step(Elements base, Kernel mean) {
    float[] block = new float[TensorData.BLOCK];
    return (from, count, into) -> {
      mean.compute(from, count, into);
      base.floats(from, block, count);
      for (int i = 0; i < count; i++) {
        into[i] = block[i] + serverRate * into[i];
      }
    };
  }

  @Override
  public Optional<String> explain(Difference difference) {
    return new WeightedExplanation(this, difference, (base, _, made) -> (made - base) / serverRate)
        .find();
  }
}
