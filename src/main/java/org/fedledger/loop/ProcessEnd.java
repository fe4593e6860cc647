package org.fedledger.loop;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a process for certain: also where an {@link Error}, as when memory is used up, ended one of
 * its threads and left the others, and where what is to be done at the end never comes to one. A
 * process that only seems to be at work is worse than one that is away.
 *
 * <p>Its threads are there from the start, since none may be had later.
 */
public final class ProcessEnd {

  /** The exit code after an error. */
  public static final int FAULT = 1;

  /** How long the end may take: a server sends what is under way, a store closes its files. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final PrintStream err;
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile int code = FAULT;

  private ProcessEnd(PrintStream err) {
    this.err = err;
  }

  /**
   * From now on an error that no thread catches ends the process with {@link #FAULT}, and tells why
   * on {@code err}.
   */
  public static ProcessEnd prepare(PrintStream err) {
    return prepare(err, GRACE);
  }

  /**
   * @param grace after which the process is halted
   */
  static ProcessEnd prepare(PrintStream err, Duration grace) {
    ProcessEnd end = new ProcessEnd(err);
    Thread.ofPlatform().daemon().name("exit").start(end::exit);
    Thread.ofPlatform().daemon().name("halt").start(() -> end.halt(grace));
    Thread.setDefaultUncaughtExceptionHandler(end::uncaught);
    return end;
  }

  /** Ends the process with this code. Does not return. */
  public void with(int exitCode) {
    code = exitCode;
    asked.countDown();
    System.exit(exitCode);
  }

  private void uncaught(Thread thread, Throwable thrown) {
    try {
      if (thrown instanceof Error) {
        err.println(
            "fedledger: the thread '%s' cannot go on, and so the process ends: %s"
                .formatted(thread.getName(), thrown));
      }
      thrown.printStackTrace(err);
    } finally {
      if (thrown instanceof Error) {
        asked.countDown();
      }
    }
  }

  private void exit() {
    try {
      asked.await();
      System.exit(code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void halt(Duration grace) {
    try {
      asked.await();
      TimeUnit.NANOSECONDS.sleep(grace.toNanos());
      Runtime.getRuntime().halt(code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
