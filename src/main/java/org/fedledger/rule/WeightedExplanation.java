package org.fedledger.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the one change to a round that is aggregated by {@link WeightedMean}: a participant
 * left out, a rejected one taken in, another weight than the one signed, two weights exchanged, or
 * no weights at all.
 */
final class WeightedExplanation {

  /** Whole numbers tried as one participant's weight. */
  private static final long WEIGHTS_TRIED = 256;

  /** Participants among whom every pair of weights is exchanged. */
  private static final int PAIRS_AMONG = 64;

  /** The mean that would make an element, about, from the base's and the old state's element. */
  interface MeanBehind {
    double of(double base, double oldState, double made);
  }

  private final Rule rule;
  private final Difference difference;
  private final MeanBehind mean;
  private final List<Contribution> accepted;

  WeightedExplanation(Rule rule, Difference difference, MeanBehind mean) {
    this.rule = rule;
    this.difference = difference;
    this.mean = mean;
    this.accepted = difference.inputs().updates();
  }

  Optional<String> find() {
    return difference
        .leftOut(rule)
        .or(() -> difference.takenIn(rule))
        .or(this::otherWeight)
        .or(this::exchanged)
        .or(this::unweighted);
  }

  private Optional<String> otherWeight() {
    for (int i = 0; i < accepted.size() && accepted.size() > 1; i++) {
      double[] bounds = weightBounds(i);
      long least = (long) Math.max(1, Math.ceil(bounds[0]));
      long most = (long) Math.min(WeightedUpdate.MAX_WEIGHT, Math.floor(bounds[1]));
      if (most - least >= WEIGHTS_TRIED) {
        continue;
      }
      for (long weight = least; weight <= most; weight++) {
        long[] weights = weights();
        weights[i] = weight;
        if (weight != accepted.get(i).weight() && madeWith(weights)) {
          return Optional.of(
              "the update of %s was taken with weight %d, not with the signed %d"
                  .formatted(accepted.get(i).participant(), weight, accepted.get(i).weight()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> exchanged() {
    for (int i = 0; i < accepted.size() && accepted.size() <= PAIRS_AMONG; i++) {
      for (int j = i + 1; j < accepted.size(); j++) {
        long[] weights = weights();
        long kept = weights[i];
        weights[i] = weights[j];
        weights[j] = kept;
        if (weights[i] != weights[j] && madeWith(weights)) {
          return Optional.of(
              "the weights of %s and %s were exchanged"
                  .formatted(accepted.get(i).participant(), accepted.get(j).participant()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> unweighted() {
    long[] ones = new long[accepted.size()];
    Arrays.fill(ones, 1);
    return madeWith(ones)
        ? Optional.of("the updates were averaged without their weights")
        : Optional.empty();
  }

  private boolean madeWith(long[] weights) {
    List<Contribution> updates = new ArrayList<>();
    for (int i = 0; i < accepted.size(); i++) {
      Contribution update = accepted.get(i);
      updates.add(new Contribution(update.participant(), weights[i], update.elements()));
    }
    return difference.madeBy(rule, difference.inputs().with(updates));
  }

  /** As committed. */
  private long[] weights() {
    return accepted.stream().mapToLong(Contribution::weight).toArray();
  }

  /**
   * Between which bounds one update's weight lies if all others are as signed: from {@code mean =
   * (S + w * x) / (W + w)}, solved for w at both ends of the interval that rounds to the published
   * element, a whole ulp off on either side, over all probed elements.
   */
  private double[] weightBounds(int index) {
    double[] base = difference.probes(difference.inputs().base());
    double[] old =
        difference.inputs().state().map(difference::probes).orElse(new double[base.length]);
    double[] published = difference.publishedProbes();
    double[][] updates =
        accepted.stream().map(u -> difference.probes(u.elements())).toArray(double[][]::new);
    double least = 1;
    double most = WeightedUpdate.MAX_WEIGHT;
    for (int e = 0; e < base.length; e++) {
      double others = 0.0;
      double weights = 0.0;
      for (int i = 0; i < updates.length; i++) {
        if (i != index) {
          others += accepted.get(i).weight() * updates[i][e];
          weights += accepted.get(i).weight();
        }
      }
      double low = mean.of(base[e], old[e], Math.nextDown((float) published[e]));
      double high = mean.of(base[e], old[e], Math.nextUp((float) published[e]));
      double x = updates[index][e];
      boolean sameSide = (x - low) * (x - high) > 0;
      if (sameSide && Double.isFinite(low) && Double.isFinite(high)) {
        double a = (low * weights - others) / (x - low);
        double b = (high * weights - others) / (x - high);
        least = Math.max(least, Math.min(a, b));
        most = Math.min(most, Math.max(a, b));
      }
    }
    return new double[] {least, most};
  }
}
