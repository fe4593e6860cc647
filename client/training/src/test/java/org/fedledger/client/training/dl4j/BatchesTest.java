package org.fedledger.client.training.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.fedledger.training.TrainingSeed;
import org.fedledger.types.Digest;

class BatchesTest {

  @Property(tries = 200)
  void shouldVisitEveryRowOnceInEachPass(
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 80) int batch,
      @ForAll byte seed) {
    Batches batches = new Batches(rows, batch, generator(seed));
    for (int pass = 0; pass < 3; pass++) {
      assertThat(pass(batches, rows).stream().sorted().toList())
          .isEqualTo(IntStream.range(0, rows).boxed().toList());
    }
  }

  @Property(tries = 50)
  void shouldShuffleAnewForEachPass(@ForAll byte seed) {
    Batches batches = new Batches(40, 7, generator(seed));
    assertThat(pass(batches, 40)).isNotEqualTo(pass(batches, 40));
  }

  private static RandomGenerator generator(byte seed) {
    return new TrainingSeed(Digest.ofContent(new byte[] {seed})).generator();
  }

  private static List<Integer> pass(Batches batches, int rows) {
    List<Integer> seen = new ArrayList<>();
    int[] into = new int[batches.largest()];
    for (int i = 0; i < batches.perPass(); i++) {
      int count = batches.next(into);
      Arrays.stream(into, 0, count).forEach(seen::add);
    }
    assertThat(seen).hasSize(rows);
    return seen;
  }
}
