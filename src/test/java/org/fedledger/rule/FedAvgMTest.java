package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.rule.VectorWriter.FIRST;
import static org.fedledger.rule.VectorWriter.LAST;
import static org.fedledger.rule.VectorWriter.SECOND;
import static org.fedledger.rule.VectorWriter.THIRD;
import static org.fedledger.rule.VectorWriter.f;
import static org.fedledger.rule.VectorWriter.random;
import static org.fedledger.rule.VectorWriter.u;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.fedledger.rule.VectorWriter.Expected;
import org.fedledger.rule.VectorWriter.Given;
import org.fedledger.rule.VectorWriter.Update;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class FedAvgMTest extends RuleSuite {

  FedAvgMTest() {
    super(FedAvgM.KIND);
  }

  @Test
  void shouldRefuseParametersOutsideTheirRanges() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new FedAvgM(rate, 0.5)).hasMessageContaining("serverRate");
    }
    for (double momentum : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new FedAvgM(1, momentum)).hasMessageContaining("momentum");
    }
    assertThat(new FedAvgM(1, -0.0)).isEqualTo(new FedAvgM(1, 0.0));
  }

  private static Expected exact(Given given) {
    FedAvgM rule = (FedAvgM) given.rule();
    float[] model = new float[given.base().length];
    double[] state = new double[model.length];
    for (int i = 0; i < model.length; i++) {
      double mean = ExactArithmetic.mean(given.column(i), given.weights());
      state[i] =
          ExactArithmetic.plus(ExactArithmetic.times(rule.momentum(), given.state()[i]), mean);
      model[i] =
          ExactArithmetic.narrow(
              ExactArithmetic.plus(
                  given.base()[i], ExactArithmetic.times(rule.serverRate(), state[i])));
    }
    return new Expected(model, state, List.of());
  }

  @Override
  void write(Path folder) throws IOException {
    VectorWriter out = new VectorWriter(folder, FedAvgMTest::exact);
    traps(out);
    shapes(out);
    randoms(out);
    overflow(out);
  }

  private static double[] s(double... elements) {
    return elements;
  }

  private static void traps(VectorWriter out) throws IOException {
    // In version 0 there is no momentum: the first step is the mean's.
    out.row("first-round", new FedAvgM(1, 0.9), f(1), s(0), u(FIRST, 10, 2), u(LAST, 30, 4));
    out.row("carries", new FedAvgM(0.5, 0.5), f(1, 1), s(4, -4), u(FIRST, 1, 2, 2));
    out.row("without-momentum", new FedAvgM(1, 0), f(1), s(1e300), u(THIRD, 7, 0.1f));
    // The sum of state and mean is no binary32: whoever narrows the state loses the step.
    out.row(
        "state-is-wide", new FedAvgM(1, 0.5), f(-1), s(2), u(FIRST, 1, 1e-9f), u(LAST, 3, 3e-9f));
    // 1/3 * 3 rounds to 1, of which a fused operation would leave 5.6e-17.
    out.row("no-fused-momentum", new FedAvgM(1, 1.0 / 3.0), f(0), s(3), u(FIRST, 7, -1));
    out.row("no-fused-step", new FedAvgM(1.0 / 3.0, 0.5), f(-1), s(0), u(FIRST, 7, 3));
    // The momentum is multiplied before the mean is added, and not after.
    out.row("mean-is-whole", new FedAvgM(1, 0.1), f(0.1f), s(0.3), u(SECOND, 3, 0.7f));
    out.row(
        "negative-zeros",
        new FedAvgM(1, 0.5),
        f(-0f, -0f, 0f),
        s(-0.0, 0.0, -0.0),
        u(FIRST, 3, -0f, -0f, -0f),
        u(LAST, 1, -0f, 0f, -0f));
    float tiny = Float.MIN_VALUE;
    out.row(
        "subnormals",
        new FedAvgM(1, 0.5),
        f(0, tiny, -tiny, 0),
        s(tiny, tiny, 3 * (double) tiny, Double.MIN_VALUE),
        u(FIRST, 1, tiny, -tiny, tiny, 0),
        u(SECOND, 1, 0, 0, tiny, 0));
    out.row(
        "order-by-address",
        new FedAvgM(1, 0.5),
        f(0),
        s(0.5),
        u(LAST, 1, 1),
        u(THIRD, 1, -1e30f),
        u(SECOND, 1, 1e30f));
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
        new FedAvgM(1, 0.9),
        tensors,
        random(1, 8),
        wide(2, 8),
        List.of(new Update(LAST, random(3, 8)), new Update(FIRST, random(4, 8))));
    List<TensorSpec> none = List.of(TensorSpec.of("empty", ElementType.F32, 0));
    out.vector("no-elements", new FedAvgM(1, 0.9), none, f(), s(), List.of(u(FIRST, 4)));
  }

  /** More than one block, with a rest. */
  private static void randoms(VectorWriter out) throws IOException {
    int count = 4_096 + 905;
    List<TensorSpec> tensors = List.of(TensorSpec.of("row", ElementType.F32, count));
    out.vector(
        "random",
        new FedAvgM(0.7, 0.9),
        tensors,
        random(10, count),
        wide(11, count),
        List.of(
            new Update(FIRST.weighing(123_456_789), random(12, count)),
            new Update(SECOND.weighing(1), random(13, count)),
            new Update(THIRD.weighing(4_294_967_295L), random(14, count)),
            new Update(LAST.weighing(77), random(15, count))));
  }

  private static void overflow(VectorWriter out) throws IOException {
    List<TensorSpec> tensors =
        List.of(TensorSpec.of("b", ElementType.F32, 2), TensorSpec.of("a", ElementType.F32, 2));
    out.vector(
        "overflow",
        new FedAvgM(1, 0.5),
        tensors,
        f(0, 0, 0, Float.MAX_VALUE),
        s(0, 0, 0, 1e33),
        List.of(u(FIRST, 1, 0, 0, 0, 0)));
    out.vector(
        "largest-finite",
        new FedAvgM(1, 0.5),
        tensors,
        f(0, 0, 0, Float.MAX_VALUE),
        s(0, 0, 0, 1e30),
        List.of(u(FIRST, 1, 0, 0, 0, 0)));
  }

  private static double[] wide(long seed, int count) {
    Random random = new Random(seed);
    double[] elements = new double[count];
    for (int i = 0; i < count; i++) {
      elements[i] = random.nextGaussian();
    }
    return elements;
  }
}
