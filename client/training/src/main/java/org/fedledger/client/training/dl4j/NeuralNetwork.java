package org.fedledger.client.training.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.fedledger.client.data.Examples;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * An architecture with weights, as DL4J runs it. For one thread; closing it frees what that thread
 * holds outside the heap.
 */
final class NeuralNetwork implements AutoCloseable {

  /**
   * Up to so many weights DL4J's workspaces cost more than they save: a third of the time of a step
   * of 4-10-5-1. The bits are the same.
   */
  private static final int SMALL = 16_384;

  private final MultiLayerNetwork network;
  private final int features;
  private final int outputs;
  private INDArray inputs;
  private INDArray labels;

  /** To evaluate only. */
  NeuralNetwork(Architecture architecture, float[] weights) {
    this(architecture, weights, new NoOp());
  }

  /**
   * @param weights in the order of {@link Weights}; copied
   * @param updater with fresh state
   */
  NeuralNetwork(Architecture architecture, float[] weights, IUpdater updater) {
    this.features = architecture.inputs();
    this.outputs = architecture.outputs();
    WorkspaceMode mode = weights.length <= SMALL ? WorkspaceMode.NONE : WorkspaceMode.ENABLED;
    var layers =
        new NeuralNetConfiguration.Builder()
            .updater(updater)
            .trainingWorkspaceMode(mode)
            .inferenceWorkspaceMode(mode)
            .list();
    List<Layer> all = architecture.layers();
    for (int i = 0; i < all.size(); i++) {
      boolean last = i == all.size() - 1;
      switch (all.get(i)) {
        case Layer.Dense d when last ->
            layers.layer(
                new OutputLayer.Builder(loss(architecture.loss()))
                    .nIn(d.inputs())
                    .nOut(d.outputs())
                    .activation(activation(d.activation()))
                    .build());
        case Layer.Dense d ->
            layers.layer(
                new DenseLayer.Builder()
                    .nIn(d.inputs())
                    .nOut(d.outputs())
                    .activation(activation(d.activation()))
                    .build());
      }
    }
    this.network = new MultiLayerNetwork(layers.build());
    network.init(Nd4j.createFromArray(new float[][] {weights}), false);
  }

  private static org.nd4j.linalg.activations.Activation activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case SOFTMAX -> org.nd4j.linalg.activations.Activation.SOFTMAX;
    };
  }

  private static LossFunction loss(Loss loss) {
    return switch (loss) {
      case BINARY_CROSS_ENTROPY -> LossFunction.XENT;
      case CATEGORICAL_CROSS_ENTROPY -> LossFunction.MCXENT;
      case MEAN_SQUARED_ERROR -> LossFunction.MSE;
    };
  }

  /** One step of training on the first count of the rows named. */
  void step(Examples examples, int[] rows, int count) {
    load(examples, rows, count);
    network.fit(inputs, labels);
  }

  /** The outputs, count x outputs, for the first count of the rows named. */
  float[] outputs(Examples examples, int[] rows, int count) {
    load(examples, rows, count);
    return network.output(inputs, false).dup('c').data().asFloat();
  }

  /** The weights as they are now; a copy. */
  float[] weights() {
    return network.params().data().asFloat();
  }

  private void load(Examples examples, int[] rows, int count) {
    if (inputs == null || inputs.rows() != count) {
      inputs = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', count, features);
      labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', count, outputs);
    }
    var x = inputs.data().asNio().asFloatBuffer();
    var y = labels.data().asNio().asFloatBuffer();
    for (int i = 0; i < count; i++) {
      x.put(examples.inputs(), rows[i] * features, features);
      y.put(examples.labels(), rows[i] * outputs, outputs);
    }
  }

  @Override
  public void close() {
    network.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
