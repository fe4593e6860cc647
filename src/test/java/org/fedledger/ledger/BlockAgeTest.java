package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BlockAgeTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000, 700_000_000);

  private static BlockAge ofSecondsAgo(long seconds) {
    return BlockAge.of(NOW.getEpochSecond() - seconds, NOW, Duration.ofSeconds(60));
  }

  @Test
  void aChainStandsStillOnceItsNewestBlockIsOlderThanItMayBe() {
    assertThat(ofSecondsAgo(59).halted()).isFalse();
    assertThat(ofSecondsAgo(59).told()).isEqualTo("newest block 59 s old");
    assertThat(ofSecondsAgo(61).halted()).isTrue();
    assertThat(ofSecondsAgo(403).told()).isEqualTo("no block for 403 s");
  }

  @Test
  void aBlockOfAClockThatIsAheadIsNew() {
    assertThat(ofSecondsAgo(-240).age()).isZero();
    assertThat(ofSecondsAgo(-240).halted()).isFalse();
  }
}
