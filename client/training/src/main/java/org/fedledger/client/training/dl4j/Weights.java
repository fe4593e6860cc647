package org.fedledger.client.training.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;

/**
 * The weights of a model in one array, in DL4J's order: layer after layer, weight [out, in]
 * row-major (DL4J calls it [in, out] in Fortran order, which is the same bytes), then bias [out].
 *
 * <p>Files hold the same tensors in name order, in which {@code layer10} stands before {@code
 * layer2} and bias before weight.
 */
final class Weights {

  /** Elements copied at a time. */
  private final Architecture architecture;

  private final Map<String, Integer> offsets = new HashMap<>();
  private final int length;

  Weights(Architecture architecture) {
    this.architecture = architecture;
    int offset = 0;
    List<Layer> layers = architecture.layers();
    for (int i = 0; i < layers.size(); i++) {
      int inputs = layers.get(i).inputs();
      int outputs = layers.get(i).outputs();
      offsets.put(Architecture.weightName(i), offset);
      offset = Math.addExact(offset, Math.multiplyExact(inputs, outputs));
      offsets.put(Architecture.biasName(i), offset);
      offset = Math.addExact(offset, outputs);
    }
    this.length = offset;
  }

  int length() {
    return length;
  }

  /**
   * Reads all weights of a model file.
   *
   * @throws MalformedFileException if its tensors are not those of the architecture
   */
  float[] read(Path model) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      List<TensorSpec> schema = architecture.schema();
      if (!file.header().tensors().equals(schema)) {
        throw new MalformedFileException(
            "%s: the architecture has the tensors %s, this file %s"
                .formatted(model, schema, file.header().tensors()));
      }
      float[] weights = new float[length];
      float[] block = new float[TensorData.BLOCK];
      for (TensorSpec tensor : schema) {
        int offset = offsets.get(tensor.name());
        for (int done = 0; done < tensor.elements(); done += TensorData.BLOCK) {
          int count = (int) Math.min(TensorData.BLOCK, tensor.elements() - done);
          file.tensor(tensor.name()).floats(done, block, count);
          System.arraycopy(block, 0, weights, offset + done, count);
        }
      }
      return weights;
    }
  }

  /** Writes weights as a file of the architecture's tensors, synced to disk. */
  BlobId write(float[] weights, BlobMetadata metadata, Path target) throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(metadata.toMap(), architecture.schema());
    try (SafetensorsWriter out = SafetensorsWriter.create(target, header)) {
      float[] block = new float[TensorData.BLOCK];
      for (TensorSpec tensor : header.tensors()) {
        int offset = offsets.get(tensor.name());
        for (int done = 0; done < tensor.elements(); done += TensorData.BLOCK) {
          int count = (int) Math.min(TensorData.BLOCK, tensor.elements() - done);
          System.arraycopy(weights, offset + done, block, 0, count);
          out.floats(block, count);
        }
      }
      return out.commit();
    }
  }
}
