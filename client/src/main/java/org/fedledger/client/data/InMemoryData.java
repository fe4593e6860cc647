package org.fedledger.client.data;

/** Examples as they are. */
record InMemoryData(Examples training, Examples heldOut) implements LocalData {

  InMemoryData {
    if (training.count() == 0) {
      throw new IllegalArgumentException("at least one training example is needed; there is none");
    }
    if (training.features() != heldOut.features() || training.outputs() != heldOut.outputs()) {
      throw new IllegalArgumentException(
          "training and held-out examples differ in form: %s and %s".formatted(training, heldOut));
    }
  }
}
