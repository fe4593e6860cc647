package org.fedledger.rule;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorData;

/**
 * Computes a file's elements block by block on many threads and writes them in order, one stretch
 * being computed while the one before is hashed and written.
 */
final class BlockStream {

  private static final int BLOCKS_PER_TASK = 8;
  private static final int TASK = TensorData.BLOCK * BLOCKS_PER_TASK;

  /** Enough to keep the threads busy while a stretch is written; 256 KiB at most for each task. */
  private static final int TASKS_PER_THREAD = 4;

  private static final long NONE = Long.MAX_VALUE;

  private final SafetensorsWriter writer;
  private final ElementType type;
  private final Supplier<Kernel> kernels;
  private final Workers workers;

  private BlockStream(
      SafetensorsWriter writer, ElementType type, Supplier<Kernel> kernels, Workers workers) {
    this.writer = writer;
    this.type = type;
    this.kernels = kernels;
    this.workers = workers;
  }

  /**
   * Writes all elements.
   *
   * @param type F32, to which elements are then rounded, or F64
   * @return the first element that is not finite, if any; the file must then not be committed
   */
  static OptionalLong write(
      SafetensorsWriter writer,
      ElementType type,
      long elements,
      Supplier<Kernel> kernels,
      Workers workers)
      throws IOException {
    return new BlockStream(writer, type, kernels, workers).write(elements);
  }

  private OptionalLong write(long elements) throws IOException {
    long stretch = (long) TASK * TASKS_PER_THREAD * workers.threads();
    List<Future<Computed>> current = submit(0, Math.min(stretch, elements));
    for (long from = stretch; !current.isEmpty(); from += stretch) {
      List<Future<Computed>> next =
          submit(Math.min(from, elements), Math.min(from + stretch, elements));
      for (Future<Computed> task : current) {
        Computed computed = Workers.await(task);
        if (computed.nonFinite() != NONE) {
          return OptionalLong.of(computed.nonFinite());
        }
        computed.writeTo(writer);
      }
      current = next;
    }
    return OptionalLong.empty();
  }

  private List<Future<Computed>> submit(long begin, long end) {
    List<Future<Computed>> tasks = new ArrayList<>();
    for (long from = begin; from < end; from += TASK) {
      long first = from;
      int count = (int) Math.min(TASK, end - from);
      tasks.add(
          workers.submit(
              () ->
                  type == ElementType.F32
                      ? narrowed(kernels.get(), first, count)
                      : wide(kernels.get(), first, count)));
    }
    return tasks;
  }

  /** A task's elements, and the first of them, counted in all the file, that is not finite. */
  private sealed interface Computed {

    long nonFinite();

    void writeTo(SafetensorsWriter writer) throws IOException;

    record Floats(float[] elements, long nonFinite) implements Computed {
      @Override
      public void writeTo(SafetensorsWriter writer) throws IOException {
        writer.floats(elements, elements.length);
      }
    }

    record Doubles(double[] elements, long nonFinite) implements Computed {
      @Override
      public void writeTo(SafetensorsWriter writer) throws IOException {
        writer.doubles(elements, elements.length);
      }
    }
  }

  private static Computed narrowed(Kernel kernel, long first, int count) {
    float[] elements = new float[count];
    double[] block = new double[TensorData.BLOCK];
    long nonFinite = NONE;
    for (int done = 0; done < count; done += TensorData.BLOCK) {
      int length = Math.min(TensorData.BLOCK, count - done);
      kernel.compute(first + done, length, block);
      for (int i = 0; i < length; i++) {
        elements[done + i] = (float) block[i];
      }
      for (int i = 0; i < length && nonFinite == NONE; i++) {
        nonFinite = Float.isFinite(elements[done + i]) ? NONE : first + done + i;
      }
    }
    return new Computed.Floats(elements, nonFinite);
  }

  private static Computed wide(Kernel kernel, long first, int count) {
    double[] elements = new double[count];
    double[] block = new double[TensorData.BLOCK];
    long nonFinite = NONE;
    for (int done = 0; done < count; done += TensorData.BLOCK) {
      int length = Math.min(TensorData.BLOCK, count - done);
      kernel.compute(first + done, length, block);
      System.arraycopy(block, 0, elements, done, length);
      for (int i = 0; i < length && nonFinite == NONE; i++) {
        nonFinite = Double.isFinite(block[i]) ? NONE : first + done + i;
      }
    }
    return new Computed.Doubles(elements, nonFinite);
  }
}
