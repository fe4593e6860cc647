package org.fedledger.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void shouldDoubleUpToTheLongestPause() {
    Backoff backoff = new Backoff(seconds(1), seconds(5));
    assertThat(backoff.next()).isEqualTo(seconds(1));
    assertThat(backoff.next()).isEqualTo(seconds(2));
    assertThat(backoff.next()).isEqualTo(seconds(4));
    assertThat(backoff.next()).isEqualTo(seconds(5));
    assertThat(backoff.next()).isEqualTo(seconds(5));
  }

  @Test
  void shouldBeginAnewAfterASuccess() {
    Backoff backoff = new Backoff(seconds(1), seconds(5));
    backoff.next();
    backoff.next();
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(seconds(1));
  }

  @Test
  void shouldNeverPauseLongerThanTheLongest() {
    assertThat(new Backoff(Duration.ofDays(1), seconds(5)).next()).isEqualTo(seconds(5));
  }

  @Test
  void shouldRefusePausesOfNoLength() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, seconds(5)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(seconds(1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
