package org.fedledger.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.TensorSpec;

/**
 * The model that a federation trains, said in a way that any library can build it.
 *
 * @param layers in order; each takes what the one before gives
 */
public record Architecture(List<Layer> layers, Loss loss) {

  public static final int MAX_LAYERS = 1_000;

  public Architecture {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "an architecture has 1 to %d layers, not %d".formatted(MAX_LAYERS, layers.size()));
    }
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).inputs() != layers.get(i - 1).outputs()) {
        throw new IllegalArgumentException(
            "layer %d takes %d inputs, but layer %d gives %d"
                .formatted(i, layers.get(i).inputs(), i - 1, layers.get(i - 1).outputs()));
      }
    }
    Layer last = layers.getLast();
    if (loss == Loss.BINARY_CROSS_ENTROPY && last.outputs() != 1) {
      throw new IllegalArgumentException(
          "binary-cross-entropy takes one output, not " + last.outputs());
    }
  }

  /** Elements of one input example. */
  public int inputs() {
    return layers.getFirst().inputs();
  }

  /** Elements of one output, and of one label. */
  public int outputs() {
    return layers.getLast().outputs();
  }

  /** The tensors of a model file, in the order in which they stand there: by name. */
  public List<TensorSpec> schema() {
    List<TensorSpec> tensors = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      tensors.add(
          new TensorSpec(
              weightName(i),
              ElementType.F32,
              List.of((long) layer.outputs(), (long) layer.inputs())));
      tensors.add(new TensorSpec(biasName(i), ElementType.F32, List.of((long) layer.outputs())));
    }
    tensors.sort(Comparator.comparing(TensorSpec::name));
    return List.copyOf(tensors);
  }

  public static String weightName(int layer) {
    return "layer" + layer + ".weight";
  }

  public static String biasName(int layer) {
    return "layer" + layer + ".bias";
  }
}
