package org.fedledger.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.training.Models;
import org.fedledger.rule.FedAvg;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {

  private static final DataSchema SCHEMA =
      new DataSchema(
          List.of(
              new Column.Numeric("age"),
              new Column.Numeric("dose"),
              new Column.BinaryLabel("ill", 0)),
          Set.of("?"),
          true,
          new DataSchema.HeldOut.EveryNth(3));

  /** Rows of age and dose as they are standardised by lines 2, 3 and 7: mean 0, deviation 1. */
  private static final String TABLE =
      """
      age,dose,ill
      9,1,1
      10,2,0
      14,5,1

      ?,2,1
      11,3,0
      """;

  @TempDir Path folder;
  private Path model;
  private Path spec;
  private Path table;

  @BeforeEach
  void writeFiles() throws IOException {
    model = model(Models.logistic(2), new ModelMetadata(Models.FEDERATION, 4, Digest.NONE), 1, 0);
    spec = spec(Models.logistic(2), Optional.of(SCHEMA));
    table = Files.writeString(folder.resolve("ward.csv"), TABLE);
  }

  @Test
  void answersEachRowByTheTablesOwnTrainingRows() throws IOException {
    JsonNode document = predicted();
    JsonNode rows = document.path("rows");
    assertThat(rows.findValues("line")).map(JsonNode::asInt).containsExactly(2, 3, 4, 7);
    // Weights are 1 and bias is 0; the features of line 4 are 4 and 3, since it is held out.
    assertThat(rows.findValues("probability"))
        .map(JsonNode::asDouble)
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
        .containsExactly(sigmoid(-2), sigmoid(0), sigmoid(7), sigmoid(2));
    assertThat(rows.findValues("class")).map(JsonNode::asInt).containsExactly(0, 1, 1, 1);
    assertThat(rows.findValues("label")).map(JsonNode::asInt).containsExactly(1, 0, 1, 0);
    assertThat(document.path("leftOut").asInt()).isEqualTo(1);
  }

  @Test
  void measuresOnAllRowsAndOnThoseHeldOut() throws IOException {
    JsonNode document = predicted();
    double loss = -Math.log(sigmoid(-2)) - Math.log(0.5) - Math.log(sigmoid(7));
    loss -= Math.log(1 - sigmoid(2));
    assertThat(document.at("/metrics/examples").asInt()).isEqualTo(4);
    assertThat(document.at("/metrics/accuracy").asDouble()).isEqualTo(0.25);
    assertThat(document.at("/metrics/loss").asDouble()).isCloseTo(loss / 4, within(1e-5));
    assertThat(document.at("/heldOut/examples").asInt()).isEqualTo(1);
    assertThat(document.at("/heldOut/accuracy").asDouble()).isEqualTo(1);
  }

  @Test
  void namesTheModelThatAnswered() throws IOException {
    JsonNode named = predicted().path("model");
    assertThat(named.path("digest").asText()).isEqualTo(Blobs.id(model).digest().toString());
    assertThat(named.path("version").asInt()).isEqualTo(4);
    assertThat(named.path("federation").asText()).isEqualTo(Models.FEDERATION.toString());
  }

  @Test
  void printsALineForEachRow() {
    CommandRun run = predict();
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines())
        .containsExactly(
            "line\tprobability\tclass\tlabel",
            "2\t0.119203\t0\t1",
            "3\t0.500000\t1\t0",
            "4\t0.999089\t1\t1",
            "7\t0.880797\t1\t0",
            "all rows: accuracy 0.250000, loss 1.236979, 4 rows",
            "held out: accuracy 1.000000, loss 0.000911, 1 rows");
    assertThat(run.err()).contains("left out: 1 rows");
  }

  @Test
  void answersTheSameToATableWithoutLabels() throws IOException {
    String with = predict().out();
    Files.writeString(table, "dose,age\n1,9\n2,10\n5,14\n\n2,?\n3,11\n");
    CommandRun without = predict();
    assertThat(without.out().lines())
        .containsExactlyElementsOf(
            with.lines().limit(5).map(l -> l.substring(0, l.lastIndexOf('\t'))).toList());
  }

  @Test
  void callsTheAnswerOfOtherLossesAnOutput() throws IOException {
    spec =
        spec(Models.mlp(Loss.MEAN_SQUARED_ERROR, Activation.IDENTITY, 2, 1), Optional.of(SCHEMA));
    assertThat(predict().out()).startsWith("line\toutput\tclass\tlabel\n2\t-2.000000\t0\t1\n");
  }

  @Test
  void takesASpecInItsCanonicalForm() throws IOException {
    FederationSpec read = SpecJson.readSpec(new ObjectMapper().readTree(spec.toFile()));
    String before = predict().out();
    Files.write(spec, SpecJson.write(read));
    assertThat(predict().out()).isEqualTo(before);
  }

  @Test
  void refusesAModelOfAnotherArchitecture() throws IOException {
    model = model(Models.logistic(3), new ModelMetadata(Models.FEDERATION, 4, Digest.NONE), 1, 0);
    assertRefused("--model and --spec are not of one federation", "layer0.weight", "[1, 3]");
  }

  @Test
  void refusesAnUpdateThoughItHasTheTensorsOfAModel() throws IOException {
    UpdateMetadata update =
        new UpdateMetadata(
            Models.FEDERATION,
            RoundId.of("0x" + "01".repeat(32)),
            Digest.NONE,
            Address.of("0x" + "02".repeat(20)),
            new Nonce("0x" + "07".repeat(16)));
    model = model(Models.logistic(2), update, 1, 0);
    assertRefused("is of kind 'update'", "model get");
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Files.writeString(model, "not a model");
    assertRefused("--model", "is no model of a federation");
  }

  @Test
  void refusesAModelThatAnswersNoNumber() throws IOException {
    ModelMetadata metadata = new ModelMetadata(Models.FEDERATION, 4, Digest.NONE);
    model = model(Models.logistic(2), metadata, Float.NaN, 0);
    assertRefused("line 2", "not a finite number");
  }

  @Test
  void namesBadRows() throws IOException {
    Files.writeString(table, TABLE + "old,1,1\n12,1\n");
    assertRefused("line 8, column 'age'", "line 9: 3 values belong here");
  }

  @Test
  void refusesASpecThatDescribesNoTable() throws IOException {
    spec = spec(Models.logistic(2), Optional.empty());
    assertRefused("--spec", "no tables");
    Architecture twoOutputs = Models.mlp(Loss.CATEGORICAL_CROSS_ENTROPY, Activation.SOFTMAX, 2, 2);
    spec = spec(twoOutputs, Optional.of(SCHEMA));
    assertRefused("--spec", "2 outputs");
    Files.writeString(spec, "{\"fedledger\":1}");
    assertRefused("name");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Files.delete(table);
    CommandRun run = predict();
    assertThat(run.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(run.err()).contains("ward.csv: there is no such file");
  }

  @Test
  void teachesItsUse() {
    CommandRun help = CommandRun.of("model", "predict", "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example:", "own training rows", "--json");
  }

  private JsonNode predicted() throws IOException {
    CommandRun run = predict("--json");
    assertThat(run.exitCode()).describedAs(run.err()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  private void assertRefused(String... parts) {
    CommandRun run = predict();
    assertThat(run.exitCode()).describedAs(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(parts);
    assertThat(run.out()).isEmpty();
  }

  private CommandRun predict(String... more) {
    List<String> args =
        new java.util.ArrayList<>(
            List.of("model", "predict", "--model", "" + model, "--spec", "" + spec));
    args.addAll(List.of("--data", "" + table));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray());
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private Path spec(Architecture architecture, Optional<DataSchema> schema) throws IOException {
    FederationSpec written =
        new FederationSpec(
            "ward",
            architecture,
            new InitialModel.Zeros(),
            3,
            0,
            FederationSpec.DEFAULT_READERS,
            new PlanTerms(
                new FedAvg(1),
                new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS),
                1_000,
                OptionalDouble.empty()),
            schema);
    String pretty =
        new ObjectMapper()
            .readTree(new String(SpecJson.write(written), StandardCharsets.UTF_8))
            .toPrettyString();
    return Files.writeString(folder.resolve("spec.json"), pretty);
  }

  /** A file whose weights and biases are all alike. */
  private Path model(Architecture architecture, BlobMetadata metadata, float weight, float bias)
      throws IOException {
    Path target = folder.resolve("model");
    SafetensorsHeader header = new SafetensorsHeader(metadata.toMap(), architecture.schema());
    try (SafetensorsWriter out = SafetensorsWriter.create(target, header)) {
      for (TensorSpec tensor : header.tensors()) {
        float value = tensor.name().endsWith("bias") ? bias : weight;
        for (long i = 0; i < tensor.elements(); i++) {
          out.floats(new float[] {value}, 1);
        }
      }
      out.commit();
    }
    return target;
  }
}
