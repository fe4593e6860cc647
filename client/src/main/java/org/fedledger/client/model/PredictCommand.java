package org.fedledger.client.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.InstalledTraining;
import org.fedledger.client.cli.Output;
import org.fedledger.client.federation.SpecFile;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.Loss;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.training.Metrics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = {
      "Let a model answer to each row of a table.",
      "",
      "Prints the line of each row, the probability of class 1 (for a model trained by another"
          + " loss than binary-cross-entropy: its output), and the class, which is 1 from one half"
          + " on. Where the table has labels, also accuracy and loss, over all rows and over those"
          + " that the spec holds out of training.",
      "",
      "Features are standardised as in training, if the spec asks for it: by mean and deviation of"
          + " this table's own training rows, not by those of the tables that the model was trained"
          + " on. So give a table of a whole population; a few rows alone would be measured against"
          + " each other.",
      "",
      "The column of the label may be left out. Rows in which a used value is missing, the label"
          + " included, are left out, as in training."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger model predict --model model.safetensors --spec spec.json \\",
      "           --data patients.csv"
    })
final class PredictCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "a model, as 'fedledger model get' fetches it")
  private Path model;

  @Option(
      names = "--spec",
      required = true,
      paramLabel = "FILE",
      description = "the federation's spec, as it was written or as it is committed")
  private Path spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.csv",
      description = "a table as the spec describes it")
  private Path table;

  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    TrainingBackend backend = InstalledTraining.required();
    FederationSpec parsed = SpecFile.read(spec);
    Predictions predictions = Predictions.of(backend, parsed, model, table);
    boolean probabilities = parsed.architecture().loss() == Loss.BINARY_CROSS_ENTROPY;
    String measure = probabilities ? "probability" : "output";
    if (out.isJson()) {
      out.document(document(predictions, measure));
    } else {
      tell(predictions, measure);
    }
    return ExitCode.DONE;
  }

  private void tell(Predictions p, String measure) {
    boolean labelled = p.labels().isPresent();
    out.row(
        labelled ? List.of("line", measure, "class", "label") : List.of("line", measure, "class"));
    for (int row = 0; row < p.lines().length; row++) {
      List<Object> cells =
          new ArrayList<>(List.of(p.lines()[row], number(p.outputs()[row]), p.answer(row)));
      if (labelled) {
        cells.add((int) p.labels().get()[row]);
      }
      out.row(cells);
    }
    if (p.dropped() > 0) {
      out.talk("left out: %d rows in which a value is missing", p.dropped());
    }
    p.all().ifPresent(m -> tell("all rows", m));
    p.heldOut().ifPresent(m -> tell("held out", m));
  }

  private void tell(String which, Metrics metrics) {
    out.line(
        "%s: accuracy %s, loss %s, %d rows",
        which, number(metrics.accuracy()), number(metrics.loss()), metrics.examples());
  }

  /** Other programs read it, so it is the same whatever this machine's language. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private ObjectNode document(Predictions p, String measure) throws IOException {
    BlobId id = Blobs.id(model);
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .putObject("model")
        .put("digest", id.digest().toString())
        .put("federation", p.model().federation().toString())
        .put("version", p.model().version());
    ArrayNode rows = document.putArray("rows");
    for (int row = 0; row < p.lines().length; row++) {
      ObjectNode one =
          rows.addObject()
              .put("line", p.lines()[row])
              .put(measure, p.outputs()[row])
              .put("class", p.answer(row));
      if (p.labels().isPresent()) {
        one.put("label", (int) p.labels().get()[row]);
      }
    }
    document.put("leftOut", p.dropped());
    p.all().ifPresent(m -> document.set("metrics", document(m)));
    p.heldOut().ifPresent(m -> document.set("heldOut", document(m)));
    return document;
  }

  private static ObjectNode document(Metrics metrics) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("accuracy", metrics.accuracy())
        .put("loss", metrics.loss())
        .put("examples", metrics.examples());
  }
}
