package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeededRandomTest {

  @Test
  void shouldGiveTheSameNumbersForEver() {
    SeededRandom random = new SeededRandom(1, "test");
    assertThat(Stream.generate(random::next).limit(3))
        .containsExactly(8486753993270396139L, 4358049753664572115L, 934634566202268384L);
  }

  @Test
  void shouldGiveOtherNumbersForAnotherPurpose() {
    assertThat(new SeededRandom(1, "one").next()).isNotEqualTo(new SeededRandom(1, "other").next());
  }

  @Test
  void shouldStayWithinItsBounds() {
    SeededRandom random = new SeededRandom(2, "test");
    assertThat(IntStream.range(0, 10_000).map(_ -> random.between(3, 5)).distinct().sorted())
        .containsExactly(3, 4, 5);
    assertThat(IntStream.range(0, 10_000).mapToObj(_ -> random.signedUnit()))
        .allSatisfy(x -> assertThat(x).isGreaterThanOrEqualTo(-1f).isLessThan(1f));
  }

  @Test
  void shouldMakeHappenWhatHasThatChance() {
    SeededRandom random = new SeededRandom(3, "test");
    assertThat(IntStream.range(0, 10_000).filter(_ -> random.happens(100)).count())
        .isBetween(900L, 1_100L);
    assertThat(IntStream.range(0, 1_000).anyMatch(_ -> random.happens(0))).isFalse();
  }
}
