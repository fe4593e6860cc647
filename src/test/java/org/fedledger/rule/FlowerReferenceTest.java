package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.fedledger.json.JsonReader;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three rounds of nine updates as Flower 1.42 aggregates them, in binary32 throughout; ours agree
 * within what that loses.
 */
class FlowerReferenceTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "fe".repeat(32));
  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-6;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fedavg | {\"name\":\"fedavg\",\"version\":1,\"serverRate\":1}",
        "fedavgm | {\"name\":\"fedavgm\",\"version\":1,\"serverRate\":1,\"momentum\":0.9}",
        "fedavgm-half | {\"name\":\"fedavgm\",\"version\":1,\"serverRate\":0.5,\"momentum\":0.5}",
        "median | {\"name\":\"median\",\"version\":1}",
        "krum | {\"name\":\"krum\",\"version\":1,\"byzantine\":1}",
      })
  void shouldAgreeWithFlower(String name, String rule) throws IOException {
    JsonNode reference = reference();
    Rule ours = Rules.parse(JsonReader.of("rule", new ObjectMapper().readTree(rule)));
    List<TensorSpec> tensors = tensors(reference.get("base"));
    Path model = folder.resolve("version-0");
    write(model, new ModelMetadata(FEDERATION, 0, Digest.NONE), tensors, reference.get("base"));
    Path state = folder.resolve("state-0");
    boolean carries = RuleApplication.initialState(ours, tensors, FEDERATION, state).isPresent();
    JsonNode rounds = reference.get("rounds");
    JsonNode results = reference.get("results").get(name);
    assertThat(results).hasSameSizeAs(rounds);
    for (int round = 0; round < rounds.size(); round++) {
      Path next = folder.resolve("version-" + (round + 1));
      Path nextState = folder.resolve("state-" + (round + 1));
      AggregationResult result =
          RuleApplication.run(
              ours,
              new RuleApplication.Source(
                  model,
                  carries ? Optional.of(state) : Optional.empty(),
                  updates(round, tensors, rounds.get(round))),
              new RuleApplication.NewVersion(
                  FEDERATION, round + 1, Blobs.id(model).digest(), Digest.NONE),
              new RuleApplication.Target(next, nextState),
              2);
      assertThat(result).isInstanceOf(AggregationResult.Written.class);
      compare(next, tensors, results.get(round));
      model = next;
      state = nextState;
    }
  }

  private static void compare(Path ours, List<TensorSpec> tensors, JsonNode theirs)
      throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(ours)) {
      for (TensorSpec tensor : tensors) {
        float[] values = new float[(int) tensor.elements()];
        file.tensor(tensor.name()).floats(0, values, values.length);
        for (int i = 0; i < values.length; i++) {
          double expected = theirs.get(tensor.name()).get(i).doubleValue();
          double difference = Math.abs(values[i] - expected);
          assertThat(difference)
              .as("element %d of %s", i, tensor.name())
              .isLessThanOrEqualTo(Math.max(ABSOLUTE, RELATIVE * Math.abs(expected)));
        }
      }
    }
  }

  private List<WeightedUpdate> updates(int round, List<TensorSpec> tensors, JsonNode all)
      throws IOException {
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      byte[] address = new byte[Address.LENGTH];
      address[Address.LENGTH - 1] = (byte) i;
      Path file = folder.resolve("update-%d-%d".formatted(round, i));
      write(file, new ModelMetadata(FEDERATION, 0, Digest.NONE), tensors, all.get(i).get("update"));
      updates.add(
          new WeightedUpdate(new Address(address), all.get(i).get("weight").longValue(), file));
    }
    return updates;
  }

  private static void write(
      Path file, BlobMetadata metadata, List<TensorSpec> tensors, JsonNode values)
      throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(metadata.toMap()), tensors);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      for (TensorSpec tensor : tensors) {
        JsonNode of = values.get(tensor.name());
        JsonNode row = of.has("values") ? of.get("values") : of;
        float[] elements = new float[row.size()];
        for (int i = 0; i < elements.length; i++) {
          elements[i] = (float) row.get(i).doubleValue();
        }
        writer.floats(elements, elements.length);
      }
      writer.commit();
    }
  }

  private static List<TensorSpec> tensors(JsonNode base) {
    List<TensorSpec> tensors = new ArrayList<>();
    base.properties()
        .forEach(
            entry -> {
              List<Long> shape = new ArrayList<>();
              entry.getValue().get("shape").forEach(n -> shape.add(n.longValue()));
              tensors.add(new TensorSpec(entry.getKey(), ElementType.F32, shape));
            });
    return new SafetensorsHeader(new TreeMap<>(), tensors).tensors();
  }

  private static JsonNode reference() throws IOException {
    Path beside = Path.of(System.getProperty("fedledger.home"), "..", "shared", "data");
    Path file =
        Path.of(System.getProperty("fedledger.data", beside.toString()))
            .resolve("reference")
            .resolve("flower_rules.json");
    assumeTrue(Files.isRegularFile(file), "rules are not compared with Flower: no file " + file);
    return new ObjectMapper().readTree(file.toFile());
  }
}
