package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void waitsForTheNextBytesForOneWindow() {
    Pace pace = new Pace();
    pace.came(1, Pace.WINDOW_NANOS / 2);
    pace.came(1, Pace.WINDOW_NANOS / 4);
    assertThat(pace.left()).isEqualTo(Pace.WINDOW_NANOS / 4);
  }

  @Test
  void waitsForAnotherWindowOnceEnoughHasCome() {
    Pace pace = new Pace();
    pace.came(Pace.LEAST_BYTES - 1, Pace.WINDOW_NANOS - 1);
    assertThat(pace.left()).isEqualTo(1);
    pace.came(1, 0);
    assertThat(pace.left()).isEqualTo(Pace.WINDOW_NANOS);
  }
}
