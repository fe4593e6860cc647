package org.fedledger.rule;

import java.util.Arrays;
import java.util.List;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorData;

/**
 * The mean of updates weighted by training examples, for rules that step along it. For each
 * element, updates in ascending order of participant address, every operation rounded to binary64
 * on its own:
 *
 * <pre>
 *   acc  = 0.0
 *   acc  = acc + (double) weight * (double) x      for each update
 *   mean = acc / (double) sumOfWeights
 * </pre>
 */
final class WeightedMean {

  private final Elements[] updates;
  private final double[] weights;
  private final double sumOfWeights;

  /**
   * @param updates in order of summation
   */
  WeightedMean(List<Contribution> updates) {
    this.updates = updates.stream().map(Contribution::elements).toArray(Elements[]::new);
    this.weights = updates.stream().mapToDouble(Contribution::weight).toArray();
    this.sumOfWeights = updates.stream().mapToLong(Contribution::weight).sum();
  }

  Kernel kernel() {
    return new Blocks();
  }

  /** Computes one block after another in arrays of its own. */
  private final class Blocks implements Kernel {

    /** Updates that one pass over the sums takes in; their blocks together fit the cache. */
    private static final int WIDTH = 4;

    private final float[][] blocks = new float[WIDTH][TensorData.BLOCK];

    @Override
    public void compute(long from, int count, double[] sums) {
      Arrays.fill(sums, 0, count, 0.0);
      int update = 0;
      for (; update + WIDTH <= updates.length; update += WIDTH) {
        for (int i = 0; i < WIDTH; i++) {
          updates[update + i].floats(from, blocks[i], count);
        }
        addFour(sums, blocks, weights, update, count);
      }
      for (; update < updates.length; update++) {
        updates[update].floats(from, blocks[0], count);
        add(sums, blocks[0], weights[update], count);
      }
      divide(sums, sumOfWeights, count);
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

    private static void divide(double[] sums, double by, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] = sums[i] / by;
      }
    }
  }
}
