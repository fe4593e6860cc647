package org.fedledger.rule;

import org.fedledger.tensor.BlobId;

/** What came of an aggregation. */
public sealed interface AggregationResult {

  /**
   * The new model's file is in its place, synced to disk.
   *
   * @param model its digest and size
   */
  record Written(BlobId model) implements AggregationResult {}

  /**
   * An element of the new model would be infinite or not a number, which aborts the round. Nothing
   * was written.
   *
   * @param tensor the first such tensor in name order
   * @param element the first such element in it, from 0, row-major
   */
  record NonFinite(String tensor, long element) implements AggregationResult {}
}
