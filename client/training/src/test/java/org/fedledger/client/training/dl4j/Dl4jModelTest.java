package org.fedledger.client.training.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.fedledger.client.data.Examples;
import org.fedledger.client.training.LocalModel;
import org.fedledger.client.training.Models;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.training.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Dl4jModelTest {

  private static final Offset<Double> CLOSE = within(1e-5);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void shouldPredictAsTheFileSaysForEveryActivation(Activation last) throws IOException {
    Architecture architecture = Models.mlp(Loss.MEAN_SQUARED_ERROR, last, 3, 5, 4, 2);
    Examples examples = Models.examples(7, 3, 2);
    float[] predicted = model(architecture).predict(examples);
    for (int row = 0; row < examples.count(); row++) {
      double[] expected = forward(architecture, examples, row);
      assertThat((double) predicted[row * 2]).isCloseTo(expected[0], CLOSE);
      assertThat((double) predicted[row * 2 + 1]).isCloseTo(expected[1], CLOSE);
    }
  }

  @Test
  void shouldKeepTheLayersApartWhereTheirNamesSortOtherwise() throws IOException {
    Architecture architecture =
        Models.mlp(
            Loss.MEAN_SQUARED_ERROR, Activation.IDENTITY, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 1);
    Examples examples = Models.examples(1, 2, 1);
    assertThat((double) model(architecture).predict(examples)[0])
        .isCloseTo(forward(architecture, examples, 0)[0], CLOSE);
  }

  @Test
  void shouldGiveTheSameAnswersInBatchesAsAlone() throws IOException {
    LocalModel model = model(Models.logistic(3));
    Examples many = Models.examples(1_100, 3, 1);
    float[] last = Arrays.copyOfRange(many.inputs(), 3 * 1_099, 3 * 1_100);
    float[] alone = model.predict(new Examples(3, 1, last, new float[1]));
    assertThat((double) model.predict(many)[1_099]).isCloseTo(alone[0], CLOSE);
  }

  @Test
  void shouldMeasureABinaryModel() throws IOException {
    Architecture architecture = Models.logistic(2);
    Examples examples = new Examples(2, 1, new float[] {1, 0, -1, 2, 3, 1}, new float[] {1, 0, 1});
    double loss = 0;
    double right = 0;
    for (int row = 0; row < 3; row++) {
      double p = forward(architecture, examples, row)[0];
      double label = examples.labels()[row];
      loss -= label == 1 ? Math.log(p) : Math.log(1 - p);
      right += (p >= 0.5) == (label == 1) ? 1 : 0;
    }
    Metrics metrics = model(architecture).evaluate(examples);
    assertThat(metrics.loss()).isCloseTo(loss / 3, CLOSE);
    assertThat(metrics.accuracy()).isEqualTo(right / 3);
    assertThat(metrics.examples()).isEqualTo(3);
  }

  @Test
  void shouldMeasureACategoricalModel() throws IOException {
    Architecture architecture =
        Models.mlp(Loss.CATEGORICAL_CROSS_ENTROPY, Activation.SOFTMAX, 2, 3);
    Examples examples =
        new Examples(2, 3, new float[] {1, 0, -1, 2}, new float[] {1, 0, 0, 0, 0, 1});
    double[] first = forward(architecture, examples, 0);
    double[] second = forward(architecture, examples, 1);
    Metrics metrics = model(architecture).evaluate(examples);
    assertThat(metrics.loss()).isCloseTo(-(Math.log(first[0]) + Math.log(second[2])) / 2, CLOSE);
    assertThat(metrics.accuracy())
        .isEqualTo(((largest(first) == 0 ? 1 : 0) + (largest(second) == 2 ? 1 : 0)) / 2.0);
  }

  @Test
  void shouldKeepTheLossFiniteWhenTheModelIsSureAndWrong() throws IOException {
    Examples sure = new Examples(1, 1, new float[] {1e6f, -1e6f}, new float[] {0, 1});
    Metrics metrics = model(Models.logistic(1)).evaluate(sure);
    assertThat(metrics.loss()).isBetween(0.0, 17.0);
  }

  @Test
  void shouldRefuseAModelOfAnotherArchitecture() {
    Path file = Models.write(Models.logistic(3), folder.resolve("model"));
    assertThatThrownBy(() -> Dl4jModel.read(Models.logistic(4), file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("layer0.weight");
  }

  @Test
  void shouldRefuseExamplesOfAnotherForm() throws IOException {
    LocalModel model = model(Models.logistic(3));
    assertThatThrownBy(() -> model.predict(Models.examples(2, 4, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 features");
  }

  private LocalModel model(Architecture architecture) throws IOException {
    return Dl4jModel.read(architecture, Models.write(architecture, folder.resolve("model")));
  }

  /** The network by its definition, from the file's tensors alone. */
  private static double[] forward(Architecture architecture, Examples examples, int row) {
    double[] values = new double[examples.features()];
    for (int f = 0; f < values.length; f++) {
      values[f] = examples.inputs()[row * values.length + f];
    }
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer.Dense layer = (Layer.Dense) architecture.layers().get(i);
      double[] next = new double[layer.outputs()];
      for (int o = 0; o < next.length; o++) {
        next[o] = Models.weight(Architecture.biasName(i), o);
        for (int in = 0; in < values.length; in++) {
          next[o] +=
              Models.weight(Architecture.weightName(i), (long) o * values.length + in) * values[in];
        }
      }
      values = activated(layer.activation(), next);
    }
    return values;
  }

  private static double[] activated(Activation activation, double[] sums) {
    double total = Arrays.stream(sums).map(Math::exp).sum();
    return Arrays.stream(sums)
        .map(
            x ->
                switch (activation) {
                  case IDENTITY -> x;
                  case RELU -> Math.max(x, 0);
                  case SIGMOID -> 1 / (1 + Math.exp(-x));
                  case TANH -> Math.tanh(x);
                  case SOFTMAX -> Math.exp(x) / total;
                })
        .toArray();
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }
}
