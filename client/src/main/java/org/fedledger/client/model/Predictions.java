package org.fedledger.client.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.Table;
import org.fedledger.client.data.TableReader;
import org.fedledger.client.training.LocalModel;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.FederationSpec;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.training.Metrics;

/**
 * What a model answers to each row of a table.
 *
 * @param model what the file says of itself
 * @param lines of the table, from 1, on which the rows end
 * @param outputs finite numbers, one for each line
 * @param labels 0 or 1, one for each line; empty for a table without labels
 * @param dropped rows left out since a value is missing
 * @param all measured on every row, where there are labels
 * @param heldOut measured on the rows kept from training, where there are any
 */
record Predictions(
    ModelMetadata model,
    long[] lines,
    float[] outputs,
    Optional<float[]> labels,
    int dropped,
    Optional<Metrics> all,
    Optional<Metrics> heldOut) {

  private static final float HALF = 0.5f;

  /** 1 where the output is at least one half, as {@link LocalModel#evaluate} takes it. */
  int answer(int row) {
    return outputs[row] >= HALF ? 1 : 0;
  }

  /**
   * @throws CommandException if the files do not fit together; says which and why
   */
  static Predictions of(
      TrainingBackend backend, FederationSpec spec, Path modelFile, Path tableFile)
      throws IOException {
    DataSchema schema = schema(spec);
    ModelMetadata metadata = metadata(modelFile);
    LocalModel model = model(backend, spec, modelFile);
    try {
      Table table = TableReader.readToPredict(tableFile, schema);
      Examples all = table.all();
      float[] outputs = model.predict(all);
      requireFinite(outputs, table.lines());
      boolean labelled = table.labelled();
      Examples heldOut = table.examples().heldOut();
      return new Predictions(
          metadata,
          table.lines(),
          outputs,
          labelled ? Optional.of(all.labels()) : Optional.empty(),
          table.dropped(),
          labelled ? Optional.of(model.evaluate(all)) : Optional.empty(),
          labelled && heldOut.count() > 0
              ? Optional.of(model.evaluate(heldOut))
              : Optional.empty());
    } catch (BadTableException e) {
      throw CommandException.usage("--data: " + e.getMessage());
    }
  }

  private static DataSchema schema(FederationSpec spec) {
    DataSchema schema =
        spec.data()
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "--spec: this federation's data are no tables; the spec has no 'data'"));
    if (spec.architecture().outputs() != 1) {
      throw CommandException.usage(
          "--spec: a row of a table has one label, but the architecture gives %d outputs"
              .formatted(spec.architecture().outputs()));
    }
    return schema;
  }

  /** An update has the same tensors as a model, and would predict nonsense. */
  private static ModelMetadata metadata(Path file) throws IOException {
    try {
      return switch (BlobMetadata.of(SafetensorsHeader.read(file).metadata())) {
        case ModelMetadata model -> model;
        case BlobMetadata other ->
            throw CommandException.usage(
                "--model: %s is of kind '%s'; 'fedledger model get' fetches models"
                    .formatted(file, other.kind()));
      };
    } catch (MalformedFileException e) {
      throw notAModel(file, e);
    }
  }

  private static LocalModel model(TrainingBackend backend, FederationSpec spec, Path file)
      throws IOException {
    try {
      return backend.read(spec.architecture(), file);
    } catch (MalformedFileException e) {
      throw CommandException.usage(
          "--model and --spec are not of one federation: " + e.getMessage());
    }
  }

  private static CommandException notAModel(Path file, MalformedFileException why) {
    return CommandException.usage(
        "--model: %s is no model of a federation: %s".formatted(file, why.getMessage()));
  }

  private static void requireFinite(float[] outputs, long[] lines) {
    for (int i = 0; i < outputs.length; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw CommandException.usage(
            "--model: its answer to the row at line %d is not a finite number".formatted(lines[i]));
      }
    }
  }
}
