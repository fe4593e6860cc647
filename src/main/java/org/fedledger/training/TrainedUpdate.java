package org.fedledger.training;

import org.fedledger.tensor.BlobId;

/**
 * What a training came to.
 *
 * @param update the update's file by digest and size
 * @param examples how many it was trained on, at least 1
 */
public record TrainedUpdate(BlobId update, long examples) {

  public TrainedUpdate {
    if (examples < 1) {
      throw new IllegalArgumentException(
          "an update is trained on at least 1 example, not " + examples);
    }
  }
}
