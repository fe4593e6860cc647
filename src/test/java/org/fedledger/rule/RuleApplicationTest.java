package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleApplicationTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "fe".repeat(32));
  private static final ModelMetadata METADATA = new ModelMetadata(FEDERATION, 1, Digest.NONE);
  private static final FedAvg FEDAVG = new FedAvg(0.7);

  @TempDir Path folder;

  static List<Rule> rules() {
    return Rules.KNOWN.stream().map(kind -> kind.usual().apply(9)).toList();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldGiveTheSameBytesWithAnyNumberOfThreadsOverManyStretches(Rule rule) throws IOException {
    int elements = 1_000_003;
    Path base = floats("base", 0, elements);
    Optional<Path> state = initialState(rule, base);
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      updates.add(new WeightedUpdate(address(i), 100L * i, floats("update" + i, i, elements)));
    }

    AggregationResult single = run(rule, 1, base, state, updates);

    assertThat(single).isInstanceOf(AggregationResult.Written.class);
    assertThat(run(rule, 2, base, state, updates)).isEqualTo(single);
    assertThat(run(rule, 5, base, state, updates)).isEqualTo(single);
    assertThat(Blobs.id(folder.resolve("model")))
        .isEqualTo(((AggregationResult.Written) single).model());
  }

  @Test
  void shouldComputeEachElementOfManyStretchesExactly() throws IOException {
    int elements = 1_000_003;
    Path base = floats("base", 0, elements);
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      updates.add(new WeightedUpdate(address(i), 100L * i, floats("update" + i, i, elements)));
    }

    aggregate(3, base, updates);

    for (int element : new int[] {0, 4095, 4096, 32767, 32768, 1_000_002}) {
      float[] column = new float[updates.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = element(updates.get(i).file(), element);
      }
      double mean =
          ExactArithmetic.mean(
              column, updates.stream().mapToLong(WeightedUpdate::weight).toArray());
      assertThat(element(folder.resolve("model"), element))
          .isEqualTo(
              ExactArithmetic.narrow(
                  ExactArithmetic.plus(element(base, element), ExactArithmetic.times(0.7, mean))));
    }
  }

  @Test
  void shouldMakeAStateThatNamesTheOneBefore() throws IOException {
    Rule rule = new FedAvgM(1, 0.5);
    Path base = floats("base", 0, 10);
    Path state = initialState(rule, base).orElseThrow();
    WeightedUpdate update = new WeightedUpdate(address(1), 1, floats("update", 1, 10));

    run(rule, 2, base, Optional.of(state), List.of(update));

    assertThat(BlobMetadata.of(SafetensorsHeader.read(state).metadata()))
        .isEqualTo(new StateMetadata(FEDERATION, 0, Digest.NONE));
    assertThat(BlobMetadata.of(SafetensorsHeader.read(folder.resolve("state")).metadata()))
        .isEqualTo(new StateMetadata(FEDERATION, 1, Blobs.id(state).digest()));
  }

  @Test
  void shouldMakeNoStateForARuleWithoutOne() throws IOException {
    assertThat(initialState(FEDAVG, floats("base", 0, 10))).isEmpty();
    assertThat(folder.resolve("state-0")).doesNotExist();
  }

  @Test
  void shouldAskForTheStateOfARuleThatHasOne() throws IOException {
    Path base = floats("base", 0, 10);
    Rule rule = new FedAvgM(1, 0.5);
    List<WeightedUpdate> updates = List.of(new WeightedUpdate(address(1), 1, base));

    assertThatThrownBy(() -> run(rule, 1, base, Optional.empty(), updates))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fedavgm/1 takes the base version's state");
    assertThatThrownBy(() -> run(rule, 1, base, Optional.of(base), updates))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("F32; F64 belongs there");
  }

  @Test
  void shouldReplaceAnEarlierResultAndLeaveNoOtherFile() throws IOException {
    Path base = floats("base", 0, 10);
    List<WeightedUpdate> updates = List.of(new WeightedUpdate(address(1), 1, base));
    Files.writeString(folder.resolve("model"), "old");

    aggregate(2, base, updates);

    assertThat(RuleSuite.contents(folder))
        .extracting(line -> line.split(" ")[0])
        .containsExactly("base", "model");
  }

  @Test
  void shouldRefuseUpdatesOfAnotherShape() throws IOException {
    Path base = floats("base", 0, 10);
    Path other = floats("other", 0, 11);

    assertThatThrownBy(() -> aggregate(1, base, List.of(new WeightedUpdate(address(1), 1, other))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("other: its tensors differ");
  }

  @Test
  void shouldRefuseOtherElementTypes() throws IOException {
    Path base = folder.resolve("base");
    SafetensorsHeader header =
        new SafetensorsHeader(METADATA.toMap(), List.of(TensorSpec.of("a", ElementType.F64)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(base, header)) {
      writer.doubles(new double[1], 1);
      writer.commit();
    }

    assertThatThrownBy(() -> aggregate(1, base, List.of(new WeightedUpdate(address(1), 1, base))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("F64; F32 belongs there");
  }

  @Test
  void shouldRefuseAnEmptyRoundAndTwoUpdatesOfOneParticipant() throws IOException {
    Path base = floats("base", 0, 10);
    WeightedUpdate update = new WeightedUpdate(address(1), 1, base);

    assertThatThrownBy(() -> aggregate(1, base, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> aggregate(1, base, List.of(update, update)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two updates of participant " + address(1));
  }

  @Test
  void shouldRefuseThreadsAndWeightsOutsideTheirRange() throws IOException {
    Path base = floats("base", 0, 10);
    List<WeightedUpdate> updates = List.of(new WeightedUpdate(address(1), 1, base));
    assertThatThrownBy(() -> aggregate(0, base, updates))
        .isInstanceOf(IllegalArgumentException.class);
    for (long weight : new long[] {0, -1, 1L << 32}) {
      assertThatThrownBy(() -> new WeightedUpdate(address(1), weight, folder))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 4294967295");
    }
  }

  private BlobId aggregate(int threads, Path base, List<WeightedUpdate> updates)
      throws IOException {
    AggregationResult result = run(FEDAVG, threads, base, Optional.empty(), updates);
    return ((AggregationResult.Written) result).model();
  }

  private AggregationResult run(
      Rule rule, int threads, Path base, Optional<Path> state, List<WeightedUpdate> updates)
      throws IOException {
    Digest parentState = state.isPresent() ? Blobs.id(state.get()).digest() : Digest.NONE;
    return RuleApplication.run(
        rule,
        new RuleApplication.Source(base, state, updates),
        new RuleApplication.NewVersion(FEDERATION, 1, Digest.NONE, parentState),
        new RuleApplication.Target(folder.resolve("model"), folder.resolve("state")),
        threads);
  }

  private Optional<Path> initialState(Rule rule, Path base) throws IOException {
    Path file = folder.resolve("state-0");
    return RuleApplication.initialState(
            rule, SafetensorsHeader.read(base).tensors(), FEDERATION, file)
        .map(_ -> file);
  }

  private static float element(Path file, int element) throws IOException {
    try (SafetensorsFile blob = SafetensorsFile.open(file)) {
      float[] one = new float[1];
      blob.tensor("row").floats(element, one, 1);
      return one[0];
    }
  }

  private Path floats(String name, long seed, int count) throws IOException {
    Random random = new Random(seed);
    float[] elements = new float[count];
    for (int i = 0; i < count; i++) {
      elements[i] = (float) random.nextGaussian();
    }
    SafetensorsHeader header =
        new SafetensorsHeader(
            METADATA.toMap(), List.of(TensorSpec.of("row", ElementType.F32, count)));
    Path file = folder.resolve(name);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      writer.floats(elements, count);
      writer.commit();
    }
    return file;
  }

  private static Address address(int last) {
    byte[] bytes = new byte[Address.LENGTH];
    bytes[Address.LENGTH - 1] = (byte) last;
    return new Address(bytes);
  }
}
