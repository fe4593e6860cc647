package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fedledger.json.JsonReader;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorData;
import org.fedledger.types.Address;

/**
 * {@code krum/1}: the base version plus the one update that lies closest to its neighbours, without
 * weights (Blanchard et al., Machine Learning with Adversaries: Byzantine Tolerant Gradient
 * Descent, 2017).
 *
 * <p>Of n updates, each one's score is the sum of its n - byzantine - 2 smallest squared distances
 * to others, as {@link Reductions} has them, added in ascending order. The smallest score is
 * chosen, of equal ones that of the smallest address; then for each element, rounded to binary64:
 *
 * <pre>
 *   new = (float) ((double) base + (double) x)
 * </pre>
 *
 * @param byzantine how many updates may be anything at all, at least 0; there must be at least
 *     {@code 2 * byzantine + 3} in all
 */
public record Krum(int byzantine) implements Rule {

  private static final String BYZANTINE = "byzantine";

  /** A round has at most 4,096 members, so that more could never be outvoted. */
  private static final int MOST = 2_046;

  /** The fewest for a byzantine update of which nothing is asked. */
  private static final int FEWEST = 3;

  static final RuleKind KIND =
      new RuleKind("krum", 1, List.of(BYZANTINE), Krum::parse, Krum::usual);

  public Krum {
    if (byzantine < 0 || byzantine > MOST) {
      throw new IllegalArgumentException("byzantine is 0 to %d, not %d".formatted(MOST, byzantine));
    }
  }

  private static Rule parse(JsonReader in) {
    return new Krum((int) in.integer(BYZANTINE, 0, MOST));
  }

  /** As many as so many participants can outvote. */
  private static Rule usual(int participants) {
    if (participants < FEWEST) {
      throw new IllegalArgumentException(
          "krum/1 takes at least %d participants, not %d".formatted(FEWEST, participants));
    }
    return new Krum((participants - FEWEST) / 2);
  }

  @Override
  public RuleKind kind() {
    return KIND;
  }

  @Override
  public void write(ObjectNode parameters) {
    parameters.put(BYZANTINE, byzantine);
  }

  @Override
  public int fewest() {
    return 2 * byzantine + FEWEST;
  }

  @Override
  public Aggregate aggregate(RuleInputs inputs, Workers workers) {
    Contribution chosen = choose(inputs, workers);
    return new Aggregate() {
      @Override
      public Supplier<Kernel> model(Optional<Elements> state) {
        return () -> step(inputs.base(), chosen.elements());
      }

      @Override
      public List<Address> leftOut() {
        return inputs.updates().stream()
            .map(Contribution::participant)
            .filter(participant -> !participant.equals(chosen.participant()))
            .toList();
      }
    };
  }

  private Contribution choose(RuleInputs inputs, Workers workers) {
    double[][] distances =
        Reductions.squaredDistances(
            updateForm(inputs.tensors()),
            inputs.updates().stream().map(Contribution::elements).toList(),
            workers);
    int chosen = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < distances.length; i++) {
      double score = score(distances[i], i);
      if (score < least) {
        least = score;
        chosen = i;
      }
    }
    return inputs.updates().get(chosen);
  }

  private double score(double[] distances, int self) {
    double[] others = new double[distances.length - 1];
    System.arraycopy(distances, 0, others, 0, self);
    System.arraycopy(distances, self + 1, others, self, others.length - self);
    Arrays.sort(others);
    double score = 0.0;
    for (int i = 0; i < others.length - byzantine - 1; i++) {
      score = score + others[i];
    }
    return score;
  }

  private static Kernel step(Elements base, Elements chosen) {
    float[] block = new float[TensorData.BLOCK];
    return (from, count, into) -> {
      base.doubles(from, into, count);
      chosen.floats(from, block, count);
      for (int i = 0; i < count; i++) {
        into[i] = into[i] + block[i];
      }
    };
  }

  @Override
  public Optional<String> explain(Difference difference) {
    List<Contribution> all = new ArrayList<>(difference.inputs().updates());
    all.addAll(difference.rejected());
    return Stream.concat(
            all.stream()
                .filter(one -> difference.madeBy(this, difference.inputs().with(List.of(one))))
                .map(
                    one ->
                        "the update of %s was taken, though the rule chooses another"
                            .formatted(one.participant())),
            Stream.of(difference).flatMap(d -> d.averaged().stream()))
        .findFirst();
  }
}
