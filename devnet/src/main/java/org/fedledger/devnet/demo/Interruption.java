package org.fedledger.devnet.demo;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** What a signal does to a demo: all that it started stops, and nothing unwanted is left. */
final class Interruption {

  private final Demo demo;
  private final DemoFolder folder;
  private final boolean kept;
  private volatile boolean ending;

  /**
   * @param kept whether the folder stays
   */
  Interruption(Demo demo, DemoFolder folder, boolean kept) {
    this.demo = demo;
    this.folder = folder;
    this.kept = kept;
  }

  /** Runs the work; where a signal ends the process meanwhile, its last words are not said. */
  <T> T guard(Callable<T> work) throws Exception {
    Thread hook = Thread.ofPlatform().unstarted(this::end);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } catch (Exception e) {
      if (ending) {
        await();
      }
      throw e;
    } finally {
      if (!ending) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private void end() {
    ending = true;
    demo.close();
    if (!kept) {
      try {
        folder.delete();
      } catch (IOException e) {
        // It lies among the system's temporary files, and goes with them.
      }
    }
  }

  /** Waits for the signal that ends the process. */
  static void await() throws InterruptedException {
    new CountDownLatch(1).await();
  }
}
