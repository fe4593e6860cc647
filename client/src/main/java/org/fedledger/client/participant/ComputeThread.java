package org.fedledger.client.participant;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** A platform thread for what computes long in native code, which would hold a virtual one's. */
final class ComputeThread implements AutoCloseable {

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("fedledger-training").factory());

  /** Runs the work there and waits for it; an interrupt is handed on. */
  <T> T run(Callable<T> work) throws IOException, InterruptedException {
    Future<T> result;
    try {
      result = thread.submit(work);
    } catch (RejectedExecutionException e) {
      throw new InterruptedException("stopped before computing");
    }
    try {
      return result.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case CancellationException _ -> throw new InterruptedException("stopped while computing");
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (CancellationException e) {
      throw new InterruptedException("stopped while computing");
    } finally {
      result.cancel(true);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
