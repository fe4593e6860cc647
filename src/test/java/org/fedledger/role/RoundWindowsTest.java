package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundWindowsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void endEveryRoundWithinADayByDefault() {
    assertThat(RoundWindows.DEFAULT.longestLife()).isLessThanOrEqualTo(Duration.ofDays(1));
  }

  @Test
  void countEveryAttempt() {
    assertThat(RoundWindows.ofSteps(HOUR, HOUR, 3).longestLife()).isEqualTo(Duration.ofHours(8));
  }

  @Test
  void areThirtyDaysTogetherAtMost() {
    assertThat(RoundWindows.ofSteps(Duration.ofDays(27), Duration.ofDays(1), 1).longestLife())
        .isEqualTo(Duration.ofDays(30));
    assertThatThrownBy(() -> RoundWindows.ofSteps(Duration.ofDays(28), Duration.ofDays(1), 1))
        .hasMessageContaining("30 days");
  }

  @Test
  void areASecondAtLeast() {
    assertThatThrownBy(() -> RoundWindows.ofSteps(HOUR, Duration.ZERO, 1))
        .hasMessageContaining("1 second");
  }

  @Test
  void allowOneToSixtyFourAttempts() {
    assertThatThrownBy(() -> RoundWindows.ofSteps(HOUR, HOUR, 0)).hasMessageContaining("1 to 64");
    assertThatThrownBy(() -> RoundWindows.ofSteps(HOUR, HOUR, 65)).hasMessageContaining("1 to 64");
  }
}
