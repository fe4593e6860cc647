package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.fedledger.devnet.demo.Arrival.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ArrivalTest {

  @Test
  void shouldLetEachComeOnceTheOneBeforeHas() throws Exception {
    Arrival arrival = new Arrival(_ -> List.of(2, 0, 1), Duration.ofSeconds(20));
    List<Integer> came = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int participant = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    arrival.awaitTurn(Step.COMMIT, 1, participant);
                    came.add(participant);
                    arrival.done(Step.COMMIT, 1, participant);
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(came).containsExactly(2, 0, 1);
  }

  @Test
  void shouldNotWaitForEver() {
    Arrival arrival = new Arrival(_ -> List.of(0, 1), Duration.ofMillis(1));

    assertThatThrownBy(() -> arrival.awaitTurn(Step.UPLOAD, 1, 1))
        .hasMessage("the participant before did not arrive");
  }

  @Test
  void shouldHoldNobodyWhereThereIsNoOrder() {
    Arrival arrival = new Arrival(_ -> List.of(), Duration.ofMillis(1));

    arrival.awaitTurn(Step.COMMIT, 1, 1);
    arrival.done(Step.COMMIT, 1, 1);
  }
}
