package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorData;

/**
 * {@code median/1}: the base version plus the median of the updates, element by element and without
 * weights (Yin et al., Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates,
 * 2018).
 *
 * <p>For each element, the updates' values sorted, -0.0 before +0.0; the middle one, or the mean
 * {@code (a + b) / 2.0} of the two middle ones a and b, a before b; every operation rounded to
 * binary64 on its own:
 *
 * <pre>
 *   new = (float) ((double) base + median)
 * </pre>
 */
public record Median() implements Rule {

  static final RuleKind KIND =
      new RuleKind("median", 1, List.of(), _ -> new Median(), _ -> new Median());

  @Override
  public RuleKind kind() {
    return KIND;
  }

  @Override
  public void write(ObjectNode parameters) {
    // It has none.
  }

  @Override
  public Aggregate aggregate(RuleInputs inputs, Workers workers) {
    Elements[] updates =
        inputs.updates().stream().map(Contribution::elements).toArray(Elements[]::new);
    return new Aggregate() {
      @Override
      public Supplier<Kernel> model(Optional<Elements> state) {
        return () -> new Columns(inputs.base(), updates);
      }
    };
  }

  /** Sorts the values of each element in an array that no number of updates makes larger. */
  private static final class Columns implements Kernel {

    /** Values held at once; more updates are taken for fewer elements at a time. */
    private static final int HELD = 1 << 18;

    private final Elements base;
    private final Elements[] updates;
    private final int width;
    private final float[] row;
    private final float[] columns;

    Columns(Elements base, Elements[] updates) {
      this.base = base;
      this.updates = updates;
      this.width = Math.clamp(HELD / updates.length, 1, TensorData.BLOCK);
      this.row = new float[width];
      this.columns = new float[width * updates.length];
    }

    @Override
    public void compute(long from, int count, double[] into) {
      base.doubles(from, into, count);
      for (int done = 0; done < count; done += width) {
        int length = Math.min(width, count - done);
        for (int u = 0; u < updates.length; u++) {
          updates[u].floats(from + done, row, length);
          for (int i = 0; i < length; i++) {
            columns[i * updates.length + u] = row[i];
          }
        }
        for (int i = 0; i < length; i++) {
          into[done + i] = into[done + i] + median(i * updates.length);
        }
      }
    }

    private double median(int begin) {
      int end = begin + updates.length;
      Arrays.sort(columns, begin, end);
      int middle = begin + updates.length / 2;
      return updates.length % 2 == 1
          ? columns[middle]
          : ((double) columns[middle - 1] + (double) columns[middle]) / 2.0;
    }
  }

  @Override
  public Optional<String> explain(Difference difference) {
    return difference.leftOut(this).or(() -> difference.takenIn(this)).or(difference::averaged);
  }
}
