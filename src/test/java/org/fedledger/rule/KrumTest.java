package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.fedledger.rule.VectorWriter.Expected;
import org.fedledger.rule.VectorWriter.Given;
import org.fedledger.rule.VectorWriter.Update;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class KrumTest extends RuleSuite {

  KrumTest() {
    super(Krum.KIND);
  }

  @Test
  void shouldTakeMoreUpdatesThanLiarsCouldOutvote() {
    assertThat(new Krum(0).fewest()).isEqualTo(3);
    assertThat(new Krum(2).fewest()).isEqualTo(7);
    assertThat(Rules.usual("krum", 7)).isEqualTo(new Krum(2));
    assertThat(Rules.usual("krum", 8)).isEqualTo(new Krum(2));
    assertThatThrownBy(() -> Rules.usual("krum", 2))
        .hasMessageContaining("at least 3 participants");
    assertThatThrownBy(() -> new Krum(-1)).hasMessageContaining("byzantine is 0 to 2046, not -1");
    assertThatThrownBy(() -> new Krum(2_047)).hasMessageContaining("not 2047");
  }

  private static Expected exact(Given given) {
    int n = given.updates().size();
    double[] scores = new double[n];
    for (int i = 0; i < n; i++) {
      List<Double> distances = new ArrayList<>();
      for (int j = 0; j < n; j++) {
        if (j != i) {
          distances.add(distance(given, i, j));
        }
      }
      Collections.sort(distances);
      int nearest = n - ((Krum) given.rule()).byzantine() - 2;
      for (double distance : distances.subList(0, nearest)) {
        scores[i] = ExactArithmetic.plus(scores[i], distance);
      }
    }
    int chosen = n - 1;
    for (int i = n - 1; i >= 0; i--) {
      chosen = scores[i] <= scores[chosen] ? i : chosen;
    }
    float[] model = new float[given.base().length];
    for (int i = 0; i < model.length; i++) {
      float x = given.updates().get(chosen).elements()[i];
      model[i] = ExactArithmetic.narrow(ExactArithmetic.plus(given.base()[i], x));
    }
    Update best = given.updates().get(chosen);
    return new Expected(
        model,
        null,
        given.updates().stream()
            .filter(update -> update != best)
            .map(update -> update.participant().address())
            .toList());
  }

  private static double distance(Given given, int i, int j) {
    float[] a = given.updates().get(i).elements();
    float[] b = given.updates().get(j).elements();
    double sum = 0;
    int element = 0;
    for (TensorSpec tensor : given.tensors()) {
      for (long from = 0; from < tensor.elements(); from += 4_096) {
        double block = 0;
        for (long e = from; e < Math.min(from + 4_096, tensor.elements()); e++, element++) {
          double difference = ExactArithmetic.plus(a[element], -(double) b[element]);
          block = ExactArithmetic.plus(block, ExactArithmetic.times(difference, difference));
        }
        sum = ExactArithmetic.plus(sum, block);
      }
    }
    return sum;
  }

  @Override
  void write(Path folder) throws IOException {
    VectorWriter out = new VectorWriter(folder, KrumTest::exact);
    traps(out);
    blocks(out);
    randoms(out);
  }

  private static void traps(VectorWriter out) throws IOException {
    Krum zero = new Krum(0);
    Krum one = new Krum(1);
    out.row("three", zero, f(1), u(FIRST, 1, 9), u(SECOND, 1, 2), u(LAST, 1, 3));
    // Each has one neighbour at the same distance: the smallest address is chosen.
    out.row("ties-by-address", zero, f(0), u(LAST, 1, 1), u(THIRD, 1, 3), u(SECOND, 1, 5));
    // Bytes of an address are unsigned: 0x7f comes before 0x80.
    out.row("unsigned-addresses", zero, f(0), u(THIRD, 1, 1), u(SECOND, 1, 3), u(LAST, 1, 2e9f));
    out.row("all-equal", zero, f(-1), u(LAST, 1, 7), u(SECOND, 1, 7), u(FIRST, 1, 7));
    // Whoever weighs, or takes the middle of all, comes to the far ones.
    out.row(
        "without-weights",
        one,
        f(0),
        u(FIRST, 4294967295L, 1000),
        u(SECOND, 1, 1),
        u(THIRD, 1, 2),
        u(LAST, 1, 4),
        u(participant(0x33), 1, 1.5f));
    // With two liars of seven, three neighbours count: with four, another would be chosen.
    out.row(
        "nearest-only",
        new Krum(2),
        f(0),
        u(participant(1), 1, 0),
        u(participant(2), 1, 1),
        u(participant(3), 1, 2),
        u(participant(4), 1, 3.5f),
        u(participant(5), 1, 40),
        u(participant(6), 1, 41),
        u(participant(7), 1, 42.5f));
    out.row(
        "liars-together",
        one,
        f(0, 0),
        u(FIRST, 1, 100, 100),
        u(participant(2), 1, 1, 0),
        u(participant(3), 1, 0, 1),
        u(participant(4), 1, 1, 1),
        u(LAST, 1, 1, 2));
    out.row(
        "negative-zeros",
        zero,
        f(-0f, -0f, 0f),
        u(FIRST, 1, -0f, 0f, -0f),
        u(SECOND, 1, 0f, -0f, -0f),
        u(LAST, 1, 5, 5, 5));
    float tiny = Float.MIN_VALUE;
    // Squares of subnormals are no binary32, but far from zero as binary64.
    out.row(
        "subnormals",
        zero,
        f(0, tiny),
        u(FIRST, 1, 9 * tiny, 0),
        u(SECOND, 1, 2 * tiny, 0),
        u(LAST, 1, tiny, tiny));
    // Squares of differences overflow a binary32, not a binary64.
    out.row("huge", zero, f(0), u(FIRST, 1, -3e38f), u(SECOND, 1, 3e38f), u(LAST, 1, 2e38f));
    out.row(
        "overflow",
        zero,
        f(0, Float.MAX_VALUE),
        u(FIRST, 1, 0, 1e32f),
        u(SECOND, 1, 0, 1e32f),
        u(LAST, 1, 0, 0));
  }

  /**
   * Ones that are lost one by one beside 2^54 within a block, but count as the sum of a block of
   * their own: the second's distance to the first then exceeds the one to the third by 16.
   */
  private static void blocks(VectorWriter out) throws IOException {
    int count = 4_096 + 64;
    out.vector(
        "blocks-of-a-tensor",
        new Krum(0),
        List.of(TensorSpec.of("row", ElementType.F32, count)),
        random(1, count),
        null,
        withOnes(count, 4_096, count));
    out.vector(
        "blocks-end-with-tensors",
        new Krum(0),
        List.of(
            TensorSpec.of("a", ElementType.F32, 1),
            TensorSpec.of("b", ElementType.F32, 0),
            TensorSpec.of("c", ElementType.F32, count - 1)),
        random(2, count),
        null,
        withOnes(count, 1, 4_096));
    out.vector(
        "no-elements",
        new Krum(0),
        List.of(TensorSpec.of("empty", ElementType.F32, 0)),
        f(),
        null,
        List.of(u(LAST, 1), u(SECOND, 1), u(THIRD, 1)));
  }

  private static List<Update> withOnes(int count, int from, int to) {
    float[] second = new float[count];
    second[0] = 0x1p27f;
    Arrays.fill(second, from, to, 1);
    float[] third = second.clone();
    third[0] = 0x1p28f;
    third[1] = second[1] + 4;
    return List.of(
        new Update(FIRST, new float[count]), new Update(SECOND, second), new Update(LAST, third));
  }

  /** More updates than one task compares. */
  private static void randoms(VectorWriter out) throws IOException {
    int count = 300;
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      updates.add(new Update(participant(13 * i), random(100 + i, count)));
    }
    out.vector(
        "random",
        new Krum(4),
        List.of(
            TensorSpec.of("layer0.bias", ElementType.F32, 20),
            TensorSpec.of("layer0.weight", ElementType.F32, 20, 14)),
        random(10, count),
        null,
        updates.reversed());
  }
}
