package org.fedledger.rule;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that compute; nothing that comes out depends on how many they are. */
public final class Workers implements AutoCloseable {

  private final int threads;
  private final ExecutorService pool;

  /**
   * @param threads at least 1
   */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("an aggregation takes at least 1 thread, not " + threads);
    }
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  int threads() {
    return threads;
  }

  <T> Future<T> submit(Callable<T> task) {
    return pool.submit(task);
  }

  static <T> T await(Future<T> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the aggregation was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block could not be computed", e.getCause());
    }
  }

  /** Runs tasks that touch nothing in common, and waits for all. */
  void run(List<Runnable> tasks) {
    List<Future<?>> running = new ArrayList<>();
    tasks.forEach(task -> running.add(pool.submit(task)));
    try {
      for (Future<?> task : running) {
        await(task);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
    pool.close();
  }
}
