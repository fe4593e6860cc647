package org.fedledger.client.data;

/**
 * Examples in memory, row after row.
 *
 * @param features numbers of one input, at least 1
 * @param outputs numbers of one label, at least 1
 * @param inputs count x features; taken, not copied, and not to be changed
 * @param labels count x outputs; taken, not copied, and not to be changed
 */
public record Examples(int features, int outputs, float[] inputs, float[] labels) {

  /**
   * @throws IllegalArgumentException unless both arrays hold the same number of whole rows
   */
  public Examples {
    if (features < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "an example has at least 1 feature and 1 output, not %d and %d"
              .formatted(features, outputs));
    }
    if (inputs.length % features != 0
        || labels.length % outputs != 0
        || inputs.length / features != labels.length / outputs) {
      throw new IllegalArgumentException(
          "%d inputs of %d features and %d labels of %d outputs are not the same number of rows"
              .formatted(inputs.length, features, labels.length, outputs));
    }
  }

  public int count() {
    return inputs.length / features;
  }

  @Override
  public String toString() {
    return "Examples[%d x %d -> %d]".formatted(count(), features, outputs);
  }
}
