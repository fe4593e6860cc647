package org.fedledger.node.http;

import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Lets few at a time do what takes work, and some more wait for it; whoever comes beyond these is
 * asked to come again, so that a crowd of askers neither piles up nor keeps processors from the
 * rounds.
 */
final class Turns {

  private final Semaphore places;
  private final Semaphore running;

  /**
   * @param atOnce how many work at a time
   * @param waiting how many more may wait
   */
  Turns(int atOnce, int waiting) {
    places = new Semaphore(atOnce + waiting);
    running = new Semaphore(atOnce, true);
  }

  /** Waits until it is this one's turn, which ends when it is closed. */
  Turn take() throws InterruptedException, RefusedException {
    if (!places.tryAcquire()) {
      throw new RefusedException(
          Problem.BUSY.because(
              "more ask at once than this node answers; try again in a moment",
              Map.of("Retry-After", "1")));
    }
    try {
      running.acquire();
    } catch (InterruptedException e) {
      places.release();
      throw e;
    }
    return new Turn();
  }

  /** How many wait. */
  int waiting() {
    return running.getQueueLength();
  }

  final class Turn implements AutoCloseable {

    @Override
    public void close() {
      running.release();
      places.release();
    }
  }
}
