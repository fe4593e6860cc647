package org.fedledger.rule;

import java.util.Arrays;
import org.fedledger.tensor.TensorData;

/** Computes elements block by block, each a function of its place alone; used by one thread. */
@FunctionalInterface
public interface Kernel {

  /** Gives 0 everywhere. */
  Kernel ZEROS = (_, count, into) -> Arrays.fill(into, 0, count, 0.0);

  /**
   * Puts elements from..from+count-1 to the start of the array; count is at most {@link
   * TensorData#BLOCK}.
   */
  void compute(long from, int count, double[] into);
}
