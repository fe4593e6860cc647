package org.fedledger.client.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.client.data.Examples;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Small models and examples for tests, made by plain formulas. */
public final class Models {

  public static final FederationId FEDERATION =
      new FederationId(Digest.ofContent(new byte[] {1}).bytes());

  private Models() {}

  public static Architecture mlp(Loss loss, Activation last, int... widths) {
    Layer[] layers = new Layer[widths.length - 1];
    for (int i = 0; i < layers.length; i++) {
      Activation activation = i == layers.length - 1 ? last : Activation.TANH;
      layers[i] = new Layer.Dense(widths[i], widths[i + 1], activation);
    }
    return new Architecture(List.of(layers), loss);
  }

  public static Architecture logistic(int inputs) {
    return mlp(Loss.BINARY_CROSS_ENTROPY, Activation.SIGMOID, inputs, 1);
  }

  /** Element i of a tensor; no two elements of one tensor are alike. */
  public static float weight(String tensor, long i) {
    return (float) Math.sin(tensor.hashCode() % 1_000 + 0.7 * i) / 2;
  }

  /** A model file of these elements. */
  public static Path write(Architecture architecture, Path target) {
    SafetensorsHeader header =
        new SafetensorsHeader(
            new ModelMetadata(FEDERATION, 0, Digest.NONE).toMap(), architecture.schema());
    try (SafetensorsWriter out = SafetensorsWriter.create(target, header)) {
      for (TensorSpec tensor : header.tensors()) {
        for (long i = 0; i < tensor.elements(); i++) {
          out.floats(new float[] {weight(tensor.name(), i)}, 1);
        }
      }
      out.commit();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static float[] tensor(Path file, String name) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      int count = (int) open.tensor(name).spec().elements();
      float[] elements = new float[count];
      open.tensor(name).floats(0, elements, count);
      return elements;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows whose first feature tells the label; one output is 0 or 1, several are one-hot. */
  public static Examples examples(int count, int features, int outputs) {
    float[] inputs = new float[count * features];
    float[] labels = new float[count * outputs];
    for (int row = 0; row < count; row++) {
      for (int f = 0; f < features; f++) {
        inputs[row * features + f] = (float) Math.cos(row * 1.3 + f * 0.9);
      }
      int label = (int) ((inputs[row * features] + 1) / 2 * Math.max(outputs, 2));
      label = Math.min(label, Math.max(outputs, 2) - 1);
      if (outputs == 1) {
        labels[row] = label;
      } else {
        labels[row * outputs + label] = 1;
      }
    }
    return new Examples(features, outputs, inputs, labels);
  }
}
