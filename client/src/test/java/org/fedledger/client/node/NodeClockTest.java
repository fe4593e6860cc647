package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeClockTest {

  private static final Instant OWN = Instant.parse("2026-11-28T12:00:00Z");
  private final NodeClock clock = new NodeClock(InstantSource.fixed(OWN));

  private void hear(String date) {
    clock.heard(HttpHeaders.of(Map.of("Date", List.of(date)), (_, _) -> true));
  }

  @Test
  void shouldGoByTheNodesTime() {
    hear("Sat, 28 Nov 2026 12:04:00 GMT");
    assertThat(clock.now()).isEqualTo(OWN.getEpochSecond() + 240);
    assertThat(clock.difference())
        .contains("this machine's clock is 240 seconds behind the node's");

    hear("Sat, 28 Nov 2026 11:56:00 GMT");
    assertThat(clock.now()).isEqualTo(OWN.getEpochSecond() - 240);
    assertThat(clock.difference())
        .contains("this machine's clock is 240 seconds ahead of the node's");
  }

  @Test
  void shouldTakeTheWayOfAnAnswerForNoDifference() {
    hear("Sat, 28 Nov 2026 12:00:09 GMT");
    assertThat(clock.now()).isEqualTo(OWN.getEpochSecond());
    assertThat(clock.difference()).isEmpty();
  }

  /** Else a node could have signed what is good for years. */
  @Test
  void shouldTellOfADifferenceThatItDoesNotBelieve() {
    hear("Sat, 28 Nov 2026 13:00:01 GMT");
    assertThat(clock.now()).isEqualTo(OWN.getEpochSecond());
    assertThat(clock.difference())
        .contains("this machine's clock is 3601 seconds behind the node's");
  }

  @Test
  void shouldGoByItsOwnTimeWhereTheNodeTellsNone() {
    hear("yesterday");
    clock.heard(HttpHeaders.of(Map.of(), (_, _) -> true));
    assertThat(clock.now()).isEqualTo(OWN.getEpochSecond());
  }
}
