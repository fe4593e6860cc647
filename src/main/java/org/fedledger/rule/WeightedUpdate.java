package org.fedledger.rule;

import java.nio.file.Path;
import org.fedledger.types.Address;

/**
 * An accepted update.
 *
 * @param participant whose address decides the order of summation
 * @param weight number of training examples as committed, 1 to 2^32-1
 * @param file the update, admitted by the gates; nobody may write to it
 */
public record WeightedUpdate(Address participant, long weight, Path file) {

  /** The largest weight, so that sums of weights are exact. */
  public static final long MAX_WEIGHT = 0xffff_ffffL;

  /**
   * @throws IllegalArgumentException for a weight outside its range
   */
  public WeightedUpdate {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "an update's weight is from 1 to %d, not %d".formatted(MAX_WEIGHT, weight));
    }
  }
}
