package org.fedledger.round;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Whether a file is what one version of a federation is made of. */
public final class TensorFiles {

  private TensorFiles() {}

  /**
   * What is wrong with a version's model; empty if nothing is. Reads all of it.
   *
   * @param file its digest already checked
   * @param schema in name order
   */
  public static Optional<String> modelObjection(
      Path file, FederationId federation, long version, List<TensorSpec> schema)
      throws IOException {
    return objection(file, ModelMetadata.KIND, federation, version, schema);
  }

  /** The same of a version's rule state. */
  public static Optional<String> stateObjection(
      Path file, FederationId federation, long version, List<TensorSpec> schema)
      throws IOException {
    return objection(file, StateMetadata.KIND, federation, version, schema);
  }

  private static Optional<String> objection(
      Path file, String kind, FederationId federation, long version, List<TensorSpec> schema)
      throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      BlobMetadata words = BlobMetadata.of(opened.header().metadata());
      if (!says(words, kind, federation, version)) {
        return Optional.of(
            "it says of itself %s, and should be the %s of version %d of federation %s"
                .formatted(words, kind, version, federation));
      }
      if (!opened.header().tensors().equals(schema)) {
        return Optional.of("its tensors are %s".formatted(opened.header().tensors()));
      }
      for (TensorSpec tensor : schema) {
        Optional<String> objection = nonFinite(tensor, opened.tensor(tensor.name()));
        if (objection.isPresent()) {
          return objection;
        }
      }
      return Optional.empty();
    } catch (MalformedFileException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static boolean says(
      BlobMetadata words, String kind, FederationId federation, long version) {
    return switch (words) {
      case ModelMetadata m ->
          kind.equals(ModelMetadata.KIND)
              && m.federation().equals(federation)
              && m.version() == version
              && isFirst(m.parent(), version);
      case StateMetadata s ->
          kind.equals(StateMetadata.KIND)
              && s.federation().equals(federation)
              && s.version() == version
              && isFirst(s.parent(), version);
      default -> false;
    };
  }

  /** Version 0 alone has no parent. */
  private static boolean isFirst(Digest parent, long version) {
    return parent.isZero() == (version == 0);
  }

  private static Optional<String> nonFinite(TensorSpec tensor, TensorData data) {
    if (tensor.type() != ElementType.F32 && tensor.type() != ElementType.F64) {
      return Optional.empty();
    }
    double[] elements = new double[TensorData.BLOCK];
    for (long from = 0; from < tensor.elements(); from += TensorData.BLOCK) {
      int count = (int) Math.min(TensorData.BLOCK, tensor.elements() - from);
      data.doubles(from, elements, count);
      for (int i = 0; i < count; i++) {
        if (!Double.isFinite(elements[i])) {
          return Optional.of(
              "element %d of %s is %s".formatted(from + i, tensor.name(), elements[i]));
        }
      }
    }
    return Optional.empty();
  }
}
