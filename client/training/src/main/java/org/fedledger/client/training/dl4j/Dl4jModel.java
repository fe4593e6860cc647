package org.fedledger.client.training.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.client.data.Examples;
import org.fedledger.client.training.LocalModel;
import org.fedledger.spec.Architecture;
import org.fedledger.training.Metrics;

/** A model file as DL4J runs it. */
final class Dl4jModel implements LocalModel {

  /** Rows that go through the network at once; bounds memory, changes no result's meaning. */
  private static final int BATCH = 512;

  /** Probabilities are taken as lying this far from 0 and 1, so that a loss is finite. */
  private static final double CLIP = 1e-7;

  private static final float HALF = 0.5f;

  private final Architecture architecture;
  private final float[] weights;

  private Dl4jModel(Architecture architecture, float[] weights) {
    this.architecture = architecture;
    this.weights = weights;
  }

  /**
   * @throws org.fedledger.tensor.MalformedFileException if it is no model of this architecture
   */
  static Dl4jModel read(Architecture architecture, Path model) throws IOException {
    return new Dl4jModel(architecture, new Weights(architecture).read(model));
  }

  @Override
  public float[] predict(Examples examples) {
    ExampleShape.require(architecture, examples);
    int outputs = architecture.outputs();
    float[] all = new float[Math.multiplyExact(examples.count(), outputs)];
    int[] rows = new int[Math.min(BATCH, Math.max(1, examples.count()))];
    try (NeuralNetwork network = new NeuralNetwork(architecture, weights)) {
      for (int from = 0; from < examples.count(); from += rows.length) {
        int count = Math.min(rows.length, examples.count() - from);
        for (int i = 0; i < count; i++) {
          rows[i] = from + i;
        }
        System.arraycopy(
            network.outputs(examples, rows, count), 0, all, from * outputs, count * outputs);
      }
    }
    return all;
  }

  @Override
  public Metrics evaluate(Examples examples) {
    if (examples.count() == 0) {
      throw new IllegalArgumentException("an evaluation takes at least one example");
    }
    float[] predicted = predict(examples);
    int outputs = architecture.outputs();
    long right = 0;
    double loss = 0.0;
    for (int row = 0; row < examples.count(); row++) {
      int from = row * outputs;
      right += answer(predicted, from, outputs) == answer(examples.labels(), from, outputs) ? 1 : 0;
      loss += loss(predicted, examples.labels(), from, outputs);
    }
    return new Metrics(
        (double) right / examples.count(), loss / examples.count(), examples.count());
  }

  private static int answer(float[] values, int from, int outputs) {
    if (outputs == 1) {
      return values[from] >= HALF ? 1 : 0;
    }
    int largest = 0;
    for (int i = 1; i < outputs; i++) {
      if (values[from + i] > values[from + largest]) {
        largest = i;
      }
    }
    return largest;
  }

  private double loss(float[] predicted, float[] labels, int from, int outputs) {
    double sum = 0.0;
    for (int i = from; i < from + outputs; i++) {
      double label = labels[i];
      double given = predicted[i];
      sum +=
          switch (architecture.loss()) {
            case BINARY_CROSS_ENTROPY ->
                -(label * logarithm(given) + (1 - label) * logarithm(1 - given));
            case CATEGORICAL_CROSS_ENTROPY -> -(label * logarithm(given));
            case MEAN_SQUARED_ERROR -> (given - label) * (given - label) / outputs;
          };
    }
    return sum;
  }

  private static double logarithm(double probability) {
    return Math.log(Math.clamp(probability, CLIP, 1 - CLIP));
  }
}
