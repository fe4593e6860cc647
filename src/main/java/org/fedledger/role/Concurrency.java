package org.fedledger.role;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs calls of several other parties at the same time, so that none of them holds up the rest. */
@FunctionalInterface
public interface Concurrency {

  /** One call after another, on the caller's thread; for where no call takes long. */
  Concurrency NONE = calls -> calls.forEach(Runnable::run);

  /** Starts them all; returns once all have ended, or earlier, and leaves those that have not. */
  void start(List<Runnable> calls);

  /**
   * Each call on a thread of its own.
   *
   * @param patience how long they are waited for, in which most calls end
   */
  static Concurrency threads(Duration patience) {
    return calls -> {
      CountDownLatch running = new CountDownLatch(calls.size());
      for (Runnable call : calls) {
        Thread.ofVirtual()
            .name("call")
            .start(
                () -> {
                  try {
                    call.run();
                  } finally {
                    running.countDown();
                  }
                });
      }
      try {
        running.await(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // Only closing interrupts; the caller's next wait sees it.
        Thread.currentThread().interrupt();
      }
    };
  }
}
