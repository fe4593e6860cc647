package org.fedledger.devnet.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * The order in which participants commit and upload: each once the one before has, or each as soon
 * as it can.
 */
final class Arrival {

  /** What is done in order. */
  enum Step {
    COMMIT,
    UPLOAD
  }

  private record Moment(Step step, long round, int participant) {}

  private final LongFunction<List<Integer>> order;
  private final Duration patience;
  private final Map<Moment, CountDownLatch> moments = new ConcurrentHashMap<>();

  /**
   * @param order participants of a round, the first to arrive first; empty for no order
   * @param patience how long one waits for the one before
   */
  Arrival(LongFunction<List<Integer>> order, Duration patience) {
    this.order = order;
    this.patience = patience;
  }

  /** Waits until the one before has taken that step. */
  void awaitTurn(Step step, long round, int participant) {
    List<Integer> present = order.apply(round);
    int place = present.indexOf(participant);
    if (place < 1) {
      return;
    }
    try {
      if (!latch(step, round, present.get(place - 1))
          .await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the participant before did not arrive");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another to arrive", e);
    }
  }

  void done(Step step, long round, int participant) {
    latch(step, round, participant).countDown();
  }

  private CountDownLatch latch(Step step, long round, int participant) {
    return moments.computeIfAbsent(
        new Moment(step, round, participant), _ -> new CountDownLatch(1));
  }
}
