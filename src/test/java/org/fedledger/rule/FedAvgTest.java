package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.rule.VectorWriter.FIRST;
import static org.fedledger.rule.VectorWriter.LAST;
import static org.fedledger.rule.VectorWriter.SECOND;
import static org.fedledger.rule.VectorWriter.THIRD;
import static org.fedledger.rule.VectorWriter.f;
import static org.fedledger.rule.VectorWriter.filled;
import static org.fedledger.rule.VectorWriter.random;
import static org.fedledger.rule.VectorWriter.u;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.fedledger.rule.VectorWriter.Expected;
import org.fedledger.rule.VectorWriter.Given;
import org.fedledger.rule.VectorWriter.Participant;
import org.fedledger.rule.VectorWriter.Update;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

class FedAvgTest extends RuleSuite {

  FedAvgTest() {
    super(FedAvg.KIND);
  }

  @Test
  void shouldRefuseARateOutsideItsRange() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new FedAvg(rate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("serverRate");
    }
  }

  private static Expected exact(Given given) {
    float[] model = new float[given.base().length];
    double rate = ((FedAvg) given.rule()).serverRate();
    for (int i = 0; i < model.length; i++) {
      double mean = ExactArithmetic.mean(given.column(i), given.weights());
      model[i] =
          ExactArithmetic.narrow(
              ExactArithmetic.plus(given.base()[i], ExactArithmetic.times(rate, mean)));
    }
    return new Expected(model, null, List.of());
  }

  @Override
  void write(Path folder) throws IOException {
    VectorWriter out = new VectorWriter(folder, FedAvgTest::exact);
    traps(out);
    shapes(out);
    residuals(out);
    overflow(out);
  }

  /**
   * Single elements, each of which comes out otherwise where one rule of the definition is bent.
   */
  private static void traps(VectorWriter out) throws IOException {
    // 2 * 10 + 5 * 20 + 11 * 30 over 60.
    out.row(
        "weighted-mean", new FedAvg(1), f(1), u(FIRST, 10, 2), u(SECOND, 20, 5), u(LAST, 30, 11));
    // Whoever sums in another order, or compares address bytes as signed, loses the 1.
    out.row(
        "order-by-address",
        new FedAvg(1),
        f(0),
        u(LAST, 1, 1),
        u(THIRD, 1, -1e30f),
        u(SECOND, 1, 1e30f));
    out.row(
        "order-loses-the-small",
        new FedAvg(1),
        f(0),
        u(THIRD, 1, -1e30f),
        u(FIRST, 1, 1),
        u(SECOND, 1, 1e30f));
    // 4294967295 * 1.0000001 takes 56 bits: a fused sum keeps what the product alone loses.
    float x = Math.nextUp(1f);
    out.row(
        "no-fused-sum", new FedAvg(1), f(0), u(FIRST, 4294967295L, x), u(SECOND, 4294967295L, -x));
    // 1/3 * 3 rounds to 1, of which a fused step would leave 5.6e-17.
    out.row("no-fused-step", new FedAvg(1.0 / 3.0), f(-1), u(FIRST, 7, 3));
    // 16777217 is no binary32: a sum in single precision forgets the 1.
    out.row(
        "double-sums",
        new FedAvg(1),
        f(0),
        u(FIRST, 1, 16777216f),
        u(SECOND, 1, 1),
        u(THIRD, 1, -16777216f));
    // x * (1/3) is not x / 3.
    out.row(
        "division-not-reciprocal",
        new FedAvg(1),
        f(-1.6666666f),
        u(FIRST, 1, 2),
        u(SECOND, 2, 1.5f));
    // The sum starts at +0.0, so that -0.0 in base and updates gives +0.0.
    out.row(
        "negative-zeros",
        new FedAvg(1),
        f(-0f, -0f, 0f),
        u(FIRST, 3, -0f, 0f, -0f),
        u(LAST, 1, -0f, 0f, -0f));
    // -0.0 stays where the mean is too small to count and negative.
    out.row(
        "negative-zero-stays",
        new FedAvg(1),
        f(-0f),
        u(FIRST, 1, -Float.MIN_VALUE),
        u(LAST, 3, 0f));
    // Half of the smallest subnormal rounds to even, to 0; one and a half of it to 2.
    float tiny = Float.MIN_VALUE;
    out.row(
        "subnormals",
        new FedAvg(1),
        f(0, 0, tiny, -tiny, Float.MIN_NORMAL),
        u(FIRST, 1, tiny, 3 * tiny, 5 * tiny, tiny, -tiny),
        u(SECOND, 1, 0, 0, 0, 2 * tiny, 0));
    // Narrowed once at the end: in between it must not be a binary32.
    out.row("narrowed-once", new FedAvg(1), f(16777216f), u(FIRST, 1, 1), u(SECOND, 3, 1.0000001f));
    out.row(
        "server-rate",
        new FedAvg(0.1),
        f(1, -3),
        u(FIRST, 5, 0.3f, 1e-8f),
        u(SECOND, 6, 0.7f, 1e8f));
    out.row(
        "largest-weights",
        new FedAvg(1),
        f(0),
        u(FIRST, 4294967295L, 0.1f),
        u(SECOND, 4294967295L, 0.7f));
    out.row("one-update", new FedAvg(1), f(0.1f), u(THIRD, 12345, 0.2f));
    out.row(
        "largest-finite",
        new FedAvg(1),
        f(Float.MAX_VALUE, -Float.MAX_VALUE),
        u(FIRST, 1, 0f, -1e31f),
        u(SECOND, 1, 1e31f, 0f));
  }

  private static void shapes(VectorWriter out) throws IOException {
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("scalar", ElementType.F32),
            TensorSpec.of("empty", ElementType.F32, 0),
            TensorSpec.of("also.empty", ElementType.F32, 2, 0, 3),
            TensorSpec.of("layer10.weight", ElementType.F32, 2, 2),
            TensorSpec.of("layer2.weight", ElementType.F32, 1, 3),
            TensorSpec.of("Layer2.weight", ElementType.F32, 2),
            TensorSpec.of("layer2_weight", ElementType.F32, 2),
            TensorSpec.of("layer2/weight", ElementType.F32, 1),
            TensorSpec.of("layer2-weight", ElementType.F32, 1));
    out.vector(
        "names-and-shapes",
        new FedAvg(1),
        tensors,
        random(1, 14),
        null,
        List.of(
            new Update(LAST.weighing(3), random(2, 14)),
            new Update(FIRST.weighing(4), random(3, 14))));
    List<TensorSpec> none = List.of(TensorSpec.of("empty", ElementType.F32, 0));
    out.vector("no-elements", new FedAvg(1), none, f(), null, List.of(u(LAST, 3), u(FIRST, 4)));
  }

  /**
   * The base is minus the mean, so that what is left is the rounding of the mean itself: any other
   * arithmetic in binary64 shows in the digest. Spans more than one block, with a rest.
   */
  private static void residuals(VectorWriter out) throws IOException {
    int count = 4_096 + 905;
    float[][] updates = new float[9][];
    long[] weights = new long[updates.length];
    List<Update> all = new ArrayList<>();
    for (int i = 0; i < updates.length; i++) {
      updates[i] = random(100 + i, count);
      weights[i] = 1 + new Random(200 + i).nextLong(1L << (3 * i + 8));
      byte[] address = filled(20, 0x55);
      address[19] = (byte) (31 * i);
      all.add(new Update(new Participant(new Address(address), weights[i]), updates[i]));
    }
    all.sort(Comparator.comparing(update -> update.participant().address()));
    long[] inOrder = all.stream().mapToLong(update -> update.participant().weight()).toArray();
    float[] base = new float[count];
    for (int i = 0; i < count; i++) {
      float[] column = new float[all.size()];
      for (int u = 0; u < column.length; u++) {
        column[u] = all.get(u).elements()[i];
      }
      base[i] = (float) -ExactArithmetic.mean(column, inOrder);
    }
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("layer0.bias", ElementType.F32, 7),
            TensorSpec.of("layer0.weight", ElementType.F32, 2, count - 7 >> 1));
    out.vector("residuals", new FedAvg(1), tensors, base, null, all.reversed());
  }

  private static void overflow(VectorWriter out) throws IOException {
    float max = Float.MAX_VALUE;
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("b", ElementType.F32, 2),
            TensorSpec.of("a", ElementType.F32, 3),
            TensorSpec.of("aa", ElementType.F32, 0));
    out.vector(
        "overflow",
        new FedAvg(1),
        tensors,
        f(0, 0, 0, 0, max),
        null,
        List.of(u(FIRST, 1, 0, 0, 0, 0, 1e32f)));
    out.vector(
        "overflow-at-a-start",
        new FedAvg(1),
        tensors,
        f(0, 0, 0, max, 0),
        null,
        List.of(u(FIRST, 1, 0, 0, 0, 1e32f, 0)));
    out.vector(
        "overflow-in-two",
        new FedAvg(2),
        tensors,
        f(0, max, 0, -max, 0),
        null,
        List.of(u(FIRST, 1, 0, 1e32f, 0, -max, 0)));
  }
}
