package org.fedledger.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process that ends in one of the ways of which a test wants to see one. */
final class EndingProcess {

  private static final Duration SHORT = Duration.ofMillis(200);

  private EndingProcess() {}

  public static void main(String[] args) throws InterruptedException {
    boolean endless = args.length > 1;
    ProcessEnd end =
        endless ? ProcessEnd.prepare(System.err, SHORT) : ProcessEnd.prepare(System.err);
    CountDownLatch never = new CountDownLatch(1);
    if (endless) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> await(never)));
    }
    switch (args[0]) {
      case "virtual" -> Thread.ofVirtual().name("index").start(EndingProcess::fail);
      case "platform" -> Thread.ofPlatform().name("index").start(EndingProcess::fail);
      case "exception" -> {
        Thread.ofPlatform().name("index").start(() -> Integer.parseInt("no number")).join();
        end.with(7);
      }
      case "code" -> end.with(5);
      default -> throw new IllegalArgumentException(args[0]);
    }
    never.await();
  }

  private static void fail() {
    throw new OutOfMemoryError("as if");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
