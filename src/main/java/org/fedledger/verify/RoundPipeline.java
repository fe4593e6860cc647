package org.fedledger.verify;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Checks rounds on several threads and hands what they come to on in the order in which they were
 * given. Holds at most twice as many rounds as it has threads.
 */
final class RoundPipeline implements AutoCloseable {

  private final ExecutorService workers;
  private final int room;
  private final AuditPart.Sink sink;
  private final Deque<Future<AuditPart>> pending = new ArrayDeque<>();

  RoundPipeline(int threads, AuditPart.Sink sink) {
    this.workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    this.room = 2 * threads;
    this.sink = sink;
  }

  /** Takes a round to check; waits while there is no room. */
  void take(Callable<AuditPart> round) throws IOException {
    pending.addLast(workers.submit(round));
    while (pending.size() >= room || (!pending.isEmpty() && pending.getFirst().isDone())) {
      handOn();
    }
  }

  /** Waits for all rounds taken so far. */
  void finish() throws IOException {
    while (!pending.isEmpty()) {
      handOn();
    }
  }

  private void handOn() throws IOException {
    try {
      sink.take(pending.removeFirst().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the audit was interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Stops what still runs, and waits until its files are deleted. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
