package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FedAvgTest {

  private static final ModelMetadata METADATA =
      new ModelMetadata(FederationId.of("0x" + "fe".repeat(32)), 1, Digest.NONE);

  @TempDir Path folder;

  static Stream<FedAvgVector> vectors() throws IOException {
    return FedAvgVector.all().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldGiveTheExpectedBytes(FedAvgVector vector) throws IOException {
    for (int threads : new int[] {1, 2, 3, 8}) {
      Path out = folder.resolve("model-" + threads);

      AggregationResult result =
          new FedAvg(vector.serverRate(), threads)
              .aggregate(vector.base(), vector.updates(), vector.metadata(), out);

      assertThat(result).isEqualTo(vector.expected());
      if (result instanceof AggregationResult.Written) {
        assertThat(out).hasSameBinaryContentAs(vector.published());
      } else {
        assertThat(folder).isEmptyDirectory();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldNotDependOnTheOrderInWhichUpdatesCome(FedAvgVector vector) throws IOException {
    List<WeightedUpdate> shuffled = new ArrayList<>(vector.updates());
    for (int seed = 0; seed < 3; seed++) {
      Collections.shuffle(shuffled, new Random(seed));

      assertThat(
              new FedAvg(vector.serverRate())
                  .aggregate(vector.base(), shuffled, vector.metadata(), folder.resolve("model")))
          .isEqualTo(vector.expected());
    }
  }

  @Test
  void shouldHaveTheVectorsThatTheGeneratorMakes() throws IOException {
    FedAvgVectors.write(folder);

    assertThat(contents(folder)).isEqualTo(contents(FedAvgVector.FOLDER));
  }

  @Test
  void shouldGiveTheSameBytesWithAnyNumberOfThreadsOverManyStretches() throws IOException {
    int elements = 1_000_003;
    Path base = floats("base", 0, elements);
    List<WeightedUpdate> updates = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      updates.add(new WeightedUpdate(address(i), 100L * i, floats("update" + i, i, elements)));
    }
    BlobId single = aggregate(1, base, updates);

    assertThat(aggregate(2, base, updates)).isEqualTo(single);
    assertThat(aggregate(5, base, updates)).isEqualTo(single);
    assertThat(Blobs.id(folder.resolve("model"))).isEqualTo(single);
    assertElementsAreExact(base, updates, new int[] {0, 4095, 4096, 32767, 32768, 1_000_002});
  }

  @Test
  void shouldReplaceAnEarlierResultAndLeaveNoOtherFile() throws IOException {
    Path base = floats("base", 0, 10);
    List<WeightedUpdate> updates = List.of(new WeightedUpdate(address(1), 1, base));
    Files.writeString(folder.resolve("model"), "old");

    aggregate(2, base, updates);

    assertThat(contents(folder))
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
  void shouldRefuseParametersOutsideTheirRange() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new FedAvg(rate)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new FedAvg(1, 0)).isInstanceOf(IllegalArgumentException.class);
    for (long weight : new long[] {0, -1, 1L << 32}) {
      assertThatThrownBy(() -> new WeightedUpdate(address(1), weight, folder))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 4294967295");
    }
  }

  @Test
  void shouldBeNamedAsPlansNameIt() {
    assertThat(new FedAvg(1).id()).isEqualTo("fedavg/1");
  }

  private BlobId aggregate(int threads, Path base, List<WeightedUpdate> updates)
      throws IOException {
    AggregationResult result =
        new FedAvg(0.7, threads).aggregate(base, updates, METADATA, folder.resolve("model"));
    return ((AggregationResult.Written) result).model();
  }

  private void assertElementsAreExact(Path base, List<WeightedUpdate> updates, int[] elements)
      throws IOException {
    long[] weights = updates.stream().mapToLong(WeightedUpdate::weight).toArray();
    for (int element : elements) {
      float[] column = new float[updates.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = element(updates.get(i).file(), element);
      }
      assertThat(element(folder.resolve("model"), element))
          .isEqualTo(ExactArithmetic.fedAvg(element(base, element), column, weights, 0.7));
    }
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

  /** Every file beneath the folder with its digest, sorted. */
  private static List<String> contents(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(folder.relativize(file) + " " + Blobs.id(file).digest());
      }
    }
    return lines;
  }
}
