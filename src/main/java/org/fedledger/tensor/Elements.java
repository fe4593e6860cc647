package org.fedledger.tensor;

/**
 * Numbers in one row, in the order of their tensors, read block by block. Files of the same tensors
 * lay them out alike, so element i is the same parameter in each. Many threads may read at once.
 *
 * <p>Both methods put elements from..from+count-1 to the start of the array, and throw {@link
 * IndexOutOfBoundsException} for elements that do not exist.
 */
public interface Elements {

  /** How many there are. */
  long count();

  /**
   * @throws IllegalStateException where elements are wider than binary32
   */
  void floats(long from, float[] into, int count);

  /** Exactly, whatever the elements are. */
  void doubles(long from, double[] into, int count);
}
