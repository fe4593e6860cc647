package org.fedledger.devnet.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.fedledger.ledger.LedgerUnreachableException;

/** Asks again while the chain node is away, as where it was killed and is being started again. */
final class LedgerRetry {

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private LedgerRetry() {}

  /** What may be done any number of times. */
  interface Step<T> {
    T run() throws IOException;
  }

  /**
   * What the step gives once the chain node answers.
   *
   * @throws LedgerUnreachableException if it stays away
   */
  static <T> T untilReached(Step<T> step) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return step.run();
      } catch (LedgerUnreachableException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while the chain node was away");
      }
    }
  }
}
