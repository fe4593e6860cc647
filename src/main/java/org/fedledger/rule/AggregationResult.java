package org.fedledger.rule;

import java.util.List;
import java.util.Optional;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;

/** What came of an aggregation. */
public sealed interface AggregationResult {

  /**
   * The new files are in their places, synced to disk.
   *
   * @param model the new model
   * @param state the new state, for a rule that has one
   * @param leftOut participants whose accepted updates the rule did not choose, by address
   */
  record Written(BlobId model, Optional<BlobId> state, List<Address> leftOut)
      implements AggregationResult {}

  /**
   * An element would be infinite or not a number, which aborts the round. Nothing was written.
   *
   * @param blob {@code state} or {@code model}, of which the state comes first
   * @param tensor the first such tensor in name order
   * @param element the first such element in it, from 0, row-major
   */
  record NonFinite(String blob, String tensor, long element) implements AggregationResult {
    @Override
    public String toString() {
      return "element %d of %s in the new %s is not finite".formatted(element, tensor, blob);
    }
  }
}
