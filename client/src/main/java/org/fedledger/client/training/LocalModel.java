package org.fedledger.client.training;

import org.fedledger.client.data.Examples;
import org.fedledger.training.Metrics;

/** A model file in use: what it predicts, and how well. */
public interface LocalModel {

  /**
   * The outputs for every example, count x outputs.
   *
   * @throws org.fedledger.training.UnfitDataException unless the examples are of the architecture's
   *     form
   */
  float[] predict(Examples examples);

  /**
   * Accuracy and mean loss. With several outputs the largest is the answer; with one, whether it is
   * at least one half.
   *
   * @throws IllegalArgumentException without examples, or if they are of another form
   */
  Metrics evaluate(Examples examples);
}
