package org.fedledger.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PulseTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicLong now = new AtomicLong(-7);
  private final Pulse pulse = new Pulse(now::get);

  private boolean isWell() {
    return pulse.liveness().isWell(PATIENCE);
  }

  private void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  /** A long computation, or a long wait, is no failure, and neither is the first one after it. */
  @Test
  void shouldBeUnwellOnlyAfterFailingForLongWhateverWasBefore() {
    pulse.began();
    pulse.succeeded();
    pass(600);
    assertThat(isWell()).as("at work for long").isTrue();
    pulse.failed(new IOException("once"));
    assertThat(isWell()).as("failed once").isTrue();
    pass(31);
    pulse.failed(new IOException("again"));
    assertThat(isWell()).as("failed for 31 s").isFalse();
    pulse.succeeded();
    assertThat(isWell()).isTrue();
    pulse.failed(new IOException("anew"));
    assertThat(isWell()).as("what was before its success does not count").isTrue();
    assertThat(pulse.liveness().failures()).isOne();
  }

  @Test
  void shouldNotBeWellBeforeItsStartNorAfterItsEnd() {
    assertThat(isWell()).isFalse();
    pulse.began();
    assertThat(isWell()).isTrue();
    pulse.died(new OutOfMemoryError("as if"));
    assertThat(isWell()).isFalse();
    assertThat(pulse.liveness().trouble().orElseThrow()).contains("as if");
  }
}
