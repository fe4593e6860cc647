package org.fedledger.rule;

import static org.fedledger.rule.VectorWriter.FIRST;
import static org.fedledger.rule.VectorWriter.LAST;
import static org.fedledger.rule.VectorWriter.SECOND;
import static org.fedledger.rule.VectorWriter.THIRD;
import static org.fedledger.rule.VectorWriter.f;
import static org.fedledger.rule.VectorWriter.participant;
import static org.fedledger.rule.VectorWriter.random;
import static org.fedledger.rule.VectorWriter.u;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.fedledger.rule.VectorWriter.Expected;
import org.fedledger.rule.VectorWriter.Given;
import org.fedledger.rule.VectorWriter.Update;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.TensorSpec;

class MedianTest extends RuleSuite {

  private static final Median MEDIAN = new Median();

  MedianTest() {
    super(Median.KIND);
  }

  private static Expected exact(Given given) {
    float[] model = new float[given.base().length];
    for (int i = 0; i < model.length; i++) {
      List<Float> sorted = new ArrayList<>();
      for (float value : given.column(i)) {
        sorted.add(value);
      }
      sorted.sort(
          Comparator.<Float>comparingDouble(value -> value == 0 ? 0.0 : value)
              .thenComparing(value -> 1 / value == Float.NEGATIVE_INFINITY ? 0 : 1));
      int half = sorted.size() / 2;
      double median =
          sorted.size() % 2 == 1
              ? sorted.get(half)
              : ExactArithmetic.over(
                  ExactArithmetic.plus(sorted.get(half - 1), sorted.get(half)), 2);
      model[i] = ExactArithmetic.narrow(ExactArithmetic.plus(given.base()[i], median));
    }
    return new Expected(model, null, List.of());
  }

  @Override
  void write(Path folder) throws IOException {
    VectorWriter out = new VectorWriter(folder, MedianTest::exact);
    traps(out);
    shapes(out);
    randoms(out);
  }

  private static void traps(VectorWriter out) throws IOException {
    out.row("one-update", MEDIAN, f(0.1f), u(THIRD, 12345, 0.2f));
    out.row("odd", MEDIAN, f(1), u(FIRST, 1, 9), u(SECOND, 1, 2), u(LAST, 1, 5));
    out.row(
        "even", MEDIAN, f(1), u(FIRST, 1, 9), u(SECOND, 1, 2), u(THIRD, 1, 5), u(LAST, 1, -1e9f));
    // Whoever weighs comes to 2.
    out.row("without-weights", MEDIAN, f(0), u(FIRST, 9, 2), u(SECOND, 1, 3), u(LAST, 1, 5));
    out.row("ties", MEDIAN, f(0), u(FIRST, 1, 2), u(SECOND, 1, 2), u(THIRD, 1, 3), u(LAST, 1, 3));
    out.row("by-value-not-text", MEDIAN, f(0), u(FIRST, 1, 10), u(SECOND, 1, 9), u(LAST, 1, -11));
    // -0.0 comes before +0.0, which a base of -0.0 shows; the mean of both is +0.0.
    out.row(
        "negative-zeros",
        MEDIAN,
        f(-0f, -0f, -0f),
        u(FIRST, 1, 0f, 0f, -0f),
        u(SECOND, 1, -0f, -0f, -0f),
        u(LAST, 1, -0f, 0f, 0f));
    out.row(
        "zeros-in-the-middle",
        MEDIAN,
        f(-0f, -0f, -0f),
        u(FIRST, 1, 0f, -0f, 0f),
        u(SECOND, 1, -0f, -0f, 0f),
        u(THIRD, 1, -1f, -1f, -1f),
        u(LAST, 1, 1f, 1f, 1f));
    // The mean of the two middle ones is no binary32.
    out.row(
        "mean-in-double",
        MEDIAN,
        f(-1.6777216e7f, 0),
        u(FIRST, 1, 16777216f, Float.MAX_VALUE),
        u(LAST, 1, 16777218f, Float.MAX_VALUE));
    float tiny = Float.MIN_VALUE;
    out.row(
        "subnormals",
        MEDIAN,
        f(0, 0, tiny, -tiny),
        u(FIRST, 1, tiny, 3 * tiny, tiny, -tiny),
        u(LAST, 1, 0, 0, 0, 0));
    out.row("narrowed-once", MEDIAN, f(16777216f), u(FIRST, 1, 1), u(LAST, 1, 1.0000001f));
    out.row(
        "overflow", MEDIAN, f(0, Float.MAX_VALUE), u(FIRST, 1, 0, 1e32f), u(SECOND, 1, 0, 1e32f));
    out.row(
        "outlier-is-ignored",
        MEDIAN,
        f(Float.MAX_VALUE),
        u(FIRST, 1, Float.MAX_VALUE),
        u(SECOND, 1, 0),
        u(LAST, 1, -1));
  }

  private static void shapes(VectorWriter out) throws IOException {
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("scalar", ElementType.F32),
            TensorSpec.of("empty", ElementType.F32, 0),
            TensorSpec.of("layer10.weight", ElementType.F32, 2, 2),
            TensorSpec.of("layer2.weight", ElementType.F32, 1, 3));
    out.vector(
        "names-and-shapes",
        MEDIAN,
        tensors,
        random(1, 8),
        null,
        List.of(new Update(LAST, random(2, 8)), new Update(FIRST, random(3, 8))));
    List<TensorSpec> none = List.of(TensorSpec.of("empty", ElementType.F32, 0));
    out.vector("no-elements", MEDIAN, none, f(), null, List.of(u(FIRST, 4)));
  }

  /** More than one block, with a rest; and more updates than a block is wide for. */
  private static void randoms(VectorWriter out) throws IOException {
    int count = 4_096 + 905;
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      updates.add(new Update(participant(17 * i), random(100 + i, count)));
    }
    List<TensorSpec> tensors = List.of(TensorSpec.of("row", ElementType.F32, count));
    out.vector("random-odd", MEDIAN, tensors, random(10, count), null, updates);
    out.vector(
        "random-even", MEDIAN, tensors, random(11, count), null, updates.subList(1, 7).reversed());
    List<Update> many = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      many.add(new Update(participant(3 * i), random(200 + i, 5)));
    }
    List<TensorSpec> small = List.of(TensorSpec.of("row", ElementType.F32, 5));
    out.vector("many-updates", MEDIAN, small, random(12, 5), null, many);
  }
}
