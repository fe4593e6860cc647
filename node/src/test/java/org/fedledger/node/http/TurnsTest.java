package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.fedledger.node.fixture.RunningNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {

  private final Turns turns = new Turns(1, 1);

  @Test
  void letsOneWorkAndOneWaitAndAsksOthersToComeAgain() throws Exception {
    CompletableFuture<Boolean> worked = new CompletableFuture<>();
    try (Turns.Turn _ = turns.take()) {
      Thread.ofVirtual().start(() -> worked.complete(work()));
      RunningNode.await(() -> turns.waiting() == 1);
      assertThatThrownBy(turns::take)
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.answer().status()).isEqualTo(503);
                assertThat(e.answer().headers()).containsKey("Retry-After");
              });
      assertThat(worked).isNotDone();
    }
    assertThat(worked.get()).isTrue();
    turns.take().close();
  }

  private boolean work() {
    try (Turns.Turn _ = turns.take()) {
      return true;
    } catch (InterruptedException | RefusedException e) {
      return false;
    }
  }

  @Test
  void givesBackThePlaceOfWhoeverWasInterrupted() throws Exception {
    try (Turns.Turn _ = turns.take()) {
      Thread waiting = Thread.ofVirtual().start(this::work);
      RunningNode.await(() -> turns.waiting() == 1);
      waiting.interrupt();
      waiting.join();
      CompletableFuture<Boolean> worked = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> worked.complete(work()));
      RunningNode.await(() -> turns.waiting() == 1);
      assertThat(worked).isNotDone();
    }
  }
}
