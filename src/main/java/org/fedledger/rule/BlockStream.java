package org.fedledger.rule;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.fedledger.tensor.SafetensorsWriter;

/**
 * Computes a file's elements block by block on many threads and writes them in order, one stretch
 * being computed while the one before is hashed and written.
 */
final class BlockStream {

  /** Elements of a block. */
  static final int BLOCK = 4_096;

  private static final int BLOCKS_PER_TASK = 8;
  private static final int TASK = BLOCK * BLOCKS_PER_TASK;

  /** Enough to keep the threads busy while a stretch is written; 128 KiB for each task. */
  private static final int TASKS_PER_THREAD = 4;

  private static final long NONE = Long.MAX_VALUE;

  private BlockStream() {}

  /** Computes blocks in scratch arrays of its own; used by one thread. */
  interface Kernel {

    /** Puts elements from..from+count-1 to the start of the array; count is at most a block. */
    void compute(long from, int count, float[] into);
  }

  /**
   * Writes all elements.
   *
   * @return the first element that is not finite, if any; the file must then not be committed
   */
  static OptionalLong write(
      SafetensorsWriter writer, long elements, int threads, Supplier<Kernel> kernels)
      throws IOException {
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      long stretch = (long) TASK * TASKS_PER_THREAD * threads;
      List<Future<Computed>> current = submit(workers, 0, Math.min(stretch, elements), kernels);
      for (long from = stretch; !current.isEmpty(); from += stretch) {
        long begin = Math.min(from, elements);
        long end = Math.min(from + stretch, elements);
        List<Future<Computed>> next = submit(workers, begin, end, kernels);
        for (Future<Computed> task : current) {
          Computed computed = await(task);
          if (computed.nonFinite != NONE) {
            return OptionalLong.of(computed.nonFinite);
          }
          writer.floats(computed.elements, computed.elements.length);
        }
        current = next;
      }
      return OptionalLong.empty();
    }
  }

  /**
   * @param nonFinite the first element of all the file that is not finite, or {@link #NONE}
   */
  private record Computed(float[] elements, long nonFinite) {}

  private static List<Future<Computed>> submit(
      ExecutorService workers, long begin, long end, Supplier<Kernel> kernels) {
    List<Future<Computed>> tasks = new ArrayList<>();
    for (long from = begin; from < end; from += TASK) {
      long first = from;
      int count = (int) Math.min(TASK, end - from);
      tasks.add(workers.submit(() -> compute(kernels.get(), first, count)));
    }
    return tasks;
  }

  private static Computed compute(Kernel kernel, long first, int count) {
    float[] elements = new float[count];
    float[] block = new float[BLOCK];
    for (int done = 0; done < count; done += BLOCK) {
      int length = Math.min(BLOCK, count - done);
      kernel.compute(first + done, length, block);
      System.arraycopy(block, 0, elements, done, length);
    }
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(elements[i])) {
        return new Computed(elements, first + i);
      }
    }
    return new Computed(elements, NONE);
  }

  private static Computed await(Future<Computed> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the aggregation was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block could not be computed", e.getCause());
    }
  }
}
