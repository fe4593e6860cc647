package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BlockCadenceTest {

  private static final Duration SHORTEST = Duration.ofMillis(500);

  private final BlockCadence cadence = new BlockCadence(SHORTEST);
  private long now;
  private long block;

  private Duration afterBlocks(int count, Duration apart) {
    for (int i = 0; i < count; i++) {
      now += apart.toNanos();
      block++;
      cadence.looked(block, now);
      cadence.looked(block, now + 1);
    }
    return cadence.pause();
  }

  @Test
  void shouldPauseForHalfOfABlocksTime() {
    assertThat(afterBlocks(4, Duration.ofSeconds(4))).as("too few to tell").isEqualTo(SHORTEST);
    assertThat(afterBlocks(1, Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shouldPauseNeitherLessNorMoreThanItsBounds() {
    assertThat(afterBlocks(5, Duration.ofMillis(20))).isEqualTo(SHORTEST);
    assertThat(afterBlocks(5, Duration.ofMinutes(1))).isEqualTo(SHORTEST.multipliedBy(4));
  }

  @Test
  void shouldHurryAsSoonAsOneBlockCameSooner() {
    afterBlocks(5, Duration.ofSeconds(4));
    assertThat(afterBlocks(1, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void shouldCountBlocksThatCameBetweenLooks() {
    for (int i = 0; i < 5; i++) {
      cadence.looked(4L * i, Duration.ofSeconds(16L * i).toNanos());
    }
    assertThat(cadence.pause()).isEqualTo(Duration.ofSeconds(2));
  }
}
