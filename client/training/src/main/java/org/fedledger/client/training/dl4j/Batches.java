package org.fedledger.client.training.dl4j;

import java.util.random.RandomGenerator;

/**
 * Which rows make up one step after another: passes over all rows, each in a new order. The last
 * batch of a pass may be smaller.
 */
final class Batches {

  private final int[] order;
  private final int batch;
  private final RandomGenerator random;
  private int from;

  Batches(int rows, int batch, RandomGenerator random) {
    this.order = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    this.batch = Math.min(batch, rows);
    this.random = random;
    this.from = rows;
  }

  int perPass() {
    return Math.ceilDiv(order.length, batch);
  }

  /** Rows of the largest batch. */
  int largest() {
    return batch;
  }

  /**
   * Puts the rows of the next batch into the array.
   *
   * @return how many
   */
  int next(int[] into) {
    if (from == order.length) {
      shuffle();
      from = 0;
    }
    int count = Math.min(batch, order.length - from);
    System.arraycopy(order, from, into, 0, count);
    from += count;
    return count;
  }

  /** Fisher and Yates; an index is off from uniform by less than 2^-32. */
  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(random.nextLong(), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
