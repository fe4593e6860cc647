package org.fedledger.verify;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.tensor.FlatFloats;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;

/**
 * Looks for the one change to a round's aggregation under {@code fedavg/1} that makes exactly the
 * published bytes: a participant left out, a rejected one taken in, another weight than the one
 * signed, two weights exchanged, or no weights at all.
 *
 * <p>Guesses are made on a few elements and then proven on all of them: what it says is what comes
 * out, bit for bit. The work is bounded; that nothing is found means nothing.
 */
final class Explanation {

  /** Elements on which a guess is tried. */
  private static final int PROBES = 32;

  /** Whole aggregates computed at most. */
  private static final int PROOFS = 6;

  /** Whole numbers tried as one participant's weight. */
  private static final long WEIGHTS_TRIED = 256;

  /** Participants among whom every pair of weights is exchanged. */
  private static final int PAIRS_AMONG = 64;

  /** What aggregates whatever updates it is given. */
  private final RoundComputation computation;

  private final Decision decision;
  private final Path base;
  private final List<WeightedUpdate> accepted;
  private final Digest published;
  private final Path work;
  private final double serverRate;

  private int proofs;

  /**
   * @param accepted in ascending order of participant
   * @param published what must come out
   * @param work folder for whole aggregates, deleted again
   */
  Explanation(
      RoundComputation computation,
      Decision decision,
      Path base,
      List<WeightedUpdate> accepted,
      Digest published,
      Path work) {
    this.computation = computation;
    this.decision = decision;
    this.base = base;
    this.accepted = accepted;
    this.published = published;
    this.work = work;
    this.serverRate = computation.serverRate();
  }

  /**
   * What was done, in words; empty if no single change explains it.
   *
   * @param file the published model, its digest already checked
   * @param rejected updates with files of the right form that were not accepted
   */
  Optional<String> of(Path file, List<WeightedUpdate> rejected) throws IOException {
    if (!computation.rule().equals("fedavg/1")) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      Samples samples = new Samples(file, rejected, arena);
      for (Map.Entry<String, List<WeightedUpdate>> guess : guesses(samples, rejected).entrySet()) {
        if (proven(guess.getValue())) {
          return Optional.of(guess.getKey());
        }
      }
    } catch (MalformedFileException e) {
      // A file of another form is no aggregate of anything.
    }
    return Optional.empty();
  }

  private boolean proven(List<WeightedUpdate> updates) throws IOException {
    if (proofs++ >= PROOFS) {
      return false;
    }
    Path out = Files.createTempFile(work, "guess", ".safetensors");
    try {
      return computation.aggregate(base, decision, updates, out)
              instanceof RoundComputation.Result.Aggregated a
          && a.model().equals(published);
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private Map<String, List<WeightedUpdate>> guesses(
      Samples samples, List<WeightedUpdate> rejected) {
    Map<String, List<WeightedUpdate>> fitting = new LinkedHashMap<>();
    leftOut(samples, fitting);
    takenIn(samples, rejected, fitting);
    otherWeight(samples, fitting);
    exchanged(samples, fitting);
    double[] ones = new double[accepted.size()];
    java.util.Arrays.fill(ones, 1.0);
    if (samples.fit(ones)) {
      fitting.put("the updates were averaged without their weights", weighted(ones));
    }
    return fitting;
  }

  private void leftOut(Samples samples, Map<String, List<WeightedUpdate>> fitting) {
    for (int i = 0; i < accepted.size() && accepted.size() > 1; i++) {
      double[] weights = samples.weights();
      weights[i] = 0;
      if (samples.fit(weights)) {
        List<WeightedUpdate> others = new ArrayList<>(accepted);
        WeightedUpdate dropped = others.remove(i);
        fitting.put(
            "the update of %s was left out, though it was accepted"
                .formatted(dropped.participant()),
            others);
      }
    }
  }

  private void takenIn(
      Samples samples, List<WeightedUpdate> rejected, Map<String, List<WeightedUpdate>> fitting) {
    for (int i = 0; i < rejected.size(); i++) {
      if (samples.fitWith(i, rejected.get(i).weight())) {
        List<WeightedUpdate> more = new ArrayList<>(accepted);
        more.add(rejected.get(i));
        fitting.put(
            "the update of %s was taken in, though it was rejected"
                .formatted(rejected.get(i).participant()),
            more);
      }
    }
  }

  private void otherWeight(Samples samples, Map<String, List<WeightedUpdate>> fitting) {
    for (int i = 0; i < accepted.size() && accepted.size() > 1; i++) {
      double[] bounds = samples.weightBounds(i);
      long least = (long) Math.max(1, Math.ceil(bounds[0]));
      long most = (long) Math.min(WeightedUpdate.MAX_WEIGHT, Math.floor(bounds[1]));
      if (most - least >= WEIGHTS_TRIED) {
        continue;
      }
      for (long weight = least; weight <= most; weight++) {
        double[] weights = samples.weights();
        weights[i] = weight;
        if (weight != accepted.get(i).weight() && samples.fit(weights)) {
          fitting.put(
              "the update of %s was taken with weight %d, not with the signed %d"
                  .formatted(accepted.get(i).participant(), weight, accepted.get(i).weight()),
              weighted(weights));
          break;
        }
      }
    }
  }

  private void exchanged(Samples samples, Map<String, List<WeightedUpdate>> fitting) {
    if (accepted.size() > PAIRS_AMONG) {
      return;
    }
    for (int i = 0; i < accepted.size(); i++) {
      for (int j = i + 1; j < accepted.size(); j++) {
        double[] weights = samples.weights();
        double kept = weights[i];
        weights[i] = weights[j];
        weights[j] = kept;
        if (weights[i] != weights[j] && samples.fit(weights)) {
          fitting.put(
              "the weights of %s and %s were exchanged"
                  .formatted(accepted.get(i).participant(), accepted.get(j).participant()),
              weighted(weights));
        }
      }
    }
  }

  private List<WeightedUpdate> weighted(double[] weights) {
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 0; i < accepted.size(); i++) {
      WeightedUpdate update = accepted.get(i);
      updates.add(new WeightedUpdate(update.participant(), (long) weights[i], update.file()));
    }
    return updates;
  }

  /** A few elements of all the files. */
  private final class Samples {
    private final float[] base;
    private final float[] published;
    private final float[][] updates;
    private final float[][] rejected;
    private final int[] rejectedAt;

    Samples(Path file, List<WeightedUpdate> rejected, Arena arena) throws IOException {
      List<TensorSpec> tensors = SafetensorsHeader.read(Explanation.this.base).tensors();
      FlatFloats baseFloats = FlatFloats.open(Explanation.this.base, tensors, arena);
      FlatFloats publishedFloats = FlatFloats.open(file, tensors, arena);
      long[] at = spread(baseFloats.elements());
      this.base = sample(baseFloats, at);
      this.published = sample(publishedFloats, at);
      this.updates = new float[accepted.size()][];
      for (int i = 0; i < updates.length; i++) {
        updates[i] = sample(FlatFloats.open(accepted.get(i).file(), tensors, arena), at);
      }
      this.rejected = new float[rejected.size()][];
      this.rejectedAt = new int[rejected.size()];
      for (int i = 0; i < rejected.size(); i++) {
        this.rejected[i] = sample(FlatFloats.open(rejected.get(i).file(), tensors, arena), at);
        WeightedUpdate update = rejected.get(i);
        rejectedAt[i] =
            (int)
                accepted.stream()
                    .filter(a -> a.participant().compareTo(update.participant()) < 0)
                    .count();
      }
    }

    private static long[] spread(long elements) {
      int count = (int) Math.min(PROBES, elements);
      long[] at = new long[count];
      for (int i = 0; i < count; i++) {
        at[i] = elements / count * i;
      }
      return at;
    }

    private static float[] sample(FlatFloats floats, long[] at) {
      float[] values = new float[at.length];
      float[] one = new float[1];
      for (int i = 0; i < at.length; i++) {
        floats.read(at[i], one, 1);
        values[i] = one[0];
      }
      return values;
    }

    /** The accepted weights as committed. */
    double[] weights() {
      return accepted.stream().mapToDouble(WeightedUpdate::weight).toArray();
    }

    /** Whether those weights make the published elements; 0 leaves an update out. */
    boolean fit(double[] weights) {
      return fit(weights, -1, 0);
    }

    boolean fitWith(int rejectedIndex, double weight) {
      return fit(weights(), rejectedIndex, weight);
    }

    private boolean fit(double[] weights, int extra, double extraWeight) {
      double sum = extraWeight;
      for (double weight : weights) {
        sum += weight;
      }
      for (int e = 0; e < base.length; e++) {
        double acc = 0.0;
        for (int i = 0; i <= weights.length; i++) {
          if (extra >= 0 && rejectedAt[extra] == i) {
            acc = acc + extraWeight * rejected[extra][e];
          }
          if (i < weights.length && weights[i] != 0) {
            acc = acc + weights[i] * updates[i][e];
          }
        }
        float made = (float) (base[e] + serverRate * (acc / sum));
        if (Float.floatToRawIntBits(made) != Float.floatToRawIntBits(published[e])) {
          return false;
        }
      }
      return true;
    }

    /**
     * Between which bounds one update's weight lies if all others are as signed: from {@code new =
     * base + rate * (S + w * x) / (W + w)}, solved for w at both ends of the interval that rounds
     * to the published element, over all elements.
     */
    double[] weightBounds(int index) {
      double least = 1;
      double most = WeightedUpdate.MAX_WEIGHT;
      for (int e = 0; e < base.length; e++) {
        double others = 0.0;
        double weights = 0.0;
        for (int i = 0; i < updates.length; i++) {
          if (i != index) {
            others += (double) accepted.get(i).weight() * updates[i][e];
            weights += accepted.get(i).weight();
          }
        }
        double low = mean(e, Math.nextDown(published[e]));
        double high = mean(e, Math.nextUp(published[e]));
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

    /** A mean that would make that element; a whole ulp off on either side is wide enough. */
    private double mean(int element, float made) {
      return ((double) made - base[element]) / serverRate;
    }
  }
}
