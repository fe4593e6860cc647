package org.fedledger.rule;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.fedledger.tensor.FlatFloats;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;

/**
 * {@code fedavg/1}: the base version plus the mean of the updates, weighted by training examples
 * (McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data,
 * 2017).
 *
 * <p>For each element, updates in ascending order of participant address, every operation rounded
 * to binary64 on its own:
 *
 * <pre>
 *   acc  = 0.0
 *   acc  = acc + (double) weight * (double) x      for each update
 *   mean = acc / (double) sumOfWeights
 *   new  = (float) ((double) base + serverRate * mean)
 * </pre>
 */
public final class FedAvg implements AggregationRule {

  private final double serverRate;
  private final int threads;

  /** With as many threads as the machine has processors. */
  public FedAvg(double serverRate) {
    this(serverRate, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param serverRate what the mean is multiplied by, finite and above 0; 1 in plain FedAvg
   * @param threads at least 1; the result does not depend on it
   */
  public FedAvg(double serverRate, int threads) {
    if (!(serverRate > 0 && serverRate <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("a server rate is finite and above 0, not " + serverRate);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("an aggregation takes at least 1 thread, not " + threads);
    }
    this.serverRate = serverRate;
    this.threads = threads;
  }

  @Override
  public String name() {
    return "fedavg";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public AggregationResult aggregate(
      Path base, List<WeightedUpdate> updates, ModelMetadata metadata, Path out)
      throws IOException {
    List<WeightedUpdate> ordered = ordered(updates);
    List<TensorSpec> tensors = SafetensorsHeader.read(base).tensors();
    SafetensorsHeader header = new SafetensorsHeader(metadata.toMap(), tensors);
    try (Arena arena = Arena.ofShared()) {
      FlatFloats baseElements = FlatFloats.open(base, tensors, arena);
      Weighted weighted = Weighted.open(ordered, tensors, arena);
      try (SafetensorsWriter writer = SafetensorsWriter.create(out, header)) {
        OptionalLong nonFinite =
            BlockStream.write(
                writer,
                baseElements.elements(),
                threads,
                () -> new Kernel(baseElements, weighted, serverRate));
        return nonFinite.isPresent()
            ? nonFinite(tensors, nonFinite.getAsLong())
            : new AggregationResult.Written(writer.commit());
      }
    }
  }

  private static List<WeightedUpdate> ordered(List<WeightedUpdate> updates) {
    if (updates.isEmpty()) {
      throw new IllegalArgumentException("an aggregate takes at least one update");
    }
    List<WeightedUpdate> ordered =
        updates.stream().sorted(Comparator.comparing(WeightedUpdate::participant)).toList();
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).participant().equals(ordered.get(i - 1).participant())) {
        throw new IllegalArgumentException(
            "two updates of participant " + ordered.get(i).participant());
      }
    }
    return ordered;
  }

  private static AggregationResult nonFinite(List<TensorSpec> tensors, long flatElement) {
    long element = flatElement;
    int tensor = 0;
    while (element >= tensors.get(tensor).elements()) {
      element -= tensors.get(tensor).elements();
      tensor++;
    }
    return new AggregationResult.NonFinite(tensors.get(tensor).name(), element);
  }

  /** Open updates in order of summation, with their weights and those weights' exact sum. */
  private record Weighted(FlatFloats[] updates, double[] weights, double sum) {

    static Weighted open(List<WeightedUpdate> ordered, List<TensorSpec> tensors, Arena arena)
        throws IOException {
      List<FlatFloats> updates = new ArrayList<>(ordered.size());
      for (WeightedUpdate update : ordered) {
        updates.add(FlatFloats.open(update.file(), tensors, arena));
      }
      return new Weighted(
          updates.toArray(FlatFloats[]::new),
          ordered.stream().mapToDouble(WeightedUpdate::weight).toArray(),
          ordered.stream().mapToLong(WeightedUpdate::weight).sum());
    }
  }

  /** Computes one block after another in arrays of its own. */
  private static final class Kernel implements BlockStream.Kernel {

    /** Updates that one pass over the sums takes in; their blocks together fit the cache. */
    private static final int WIDTH = 4;

    private final FlatFloats base;
    private final Weighted weighted;
    private final double serverRate;
    private final double[] sums = new double[BlockStream.BLOCK];
    private final float[][] blocks = new float[WIDTH][BlockStream.BLOCK];

    Kernel(FlatFloats base, Weighted weighted, double serverRate) {
      this.base = base;
      this.weighted = weighted;
      this.serverRate = serverRate;
    }

    @Override
    public void compute(long from, int count, float[] into) {
      Arrays.fill(sums, 0, count, 0.0);
      int update = 0;
      for (; update + WIDTH <= weighted.updates.length; update += WIDTH) {
        for (int i = 0; i < WIDTH; i++) {
          weighted.updates[update + i].read(from, blocks[i], count);
        }
        addFour(sums, blocks, weighted.weights, update, count);
      }
      for (; update < weighted.updates.length; update++) {
        weighted.updates[update].read(from, blocks[0], count);
        add(sums, blocks[0], weighted.weights[update], count);
      }
      base.read(from, into, count);
      step(into, sums, weighted.sum, serverRate, count);
    }

    /** The same additions in the same order as four calls of {@link #add}. */
    private static void addFour(
        double[] sums, float[][] blocks, double[] weights, int first, int count) {
      float[] a = blocks[0];
      float[] b = blocks[1];
      float[] c = blocks[2];
      float[] d = blocks[3];
      double wa = weights[first];
      double wb = weights[first + 1];
      double wc = weights[first + 2];
      double wd = weights[first + 3];
      for (int i = 0; i < count; i++) {
        sums[i] = (((sums[i] + wa * a[i]) + wb * b[i]) + wc * c[i]) + wd * d[i];
      }
    }

    private static void add(double[] sums, float[] block, double weight, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] = sums[i] + weight * block[i];
      }
    }

    private static void step(
        float[] baseAndResult, double[] sums, double sumOfWeights, double serverRate, int count) {
      for (int i = 0; i < count; i++) {
        double mean = sums[i] / sumOfWeights;
        baseAndResult[i] = (float) (baseAndResult[i] + serverRate * mean);
      }
    }
  }
}
