package org.fedledger.devnet.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.fedledger.spec.SpecJson;
import org.junit.jupiter.api.Test;

class DatasetsTest {

  private static final Seed SEED = new Seed(1);

  @Test
  void shouldDrawTheSameFromTheSameSeedAndOtherFromAnother() throws Exception {
    for (String name : List.of("patients", "digits")) {
      Dataset first = Datasets.of(name, DatasetRequest.of(SEED));
      assertThat(Datasets.of(name, DatasetRequest.of(SEED))).isEqualTo(first);
      assertThat(Datasets.of(name, DatasetRequest.of(new Seed(2)))).isNotEqualTo(first);
    }
  }

  @Test
  void shouldGiveEachHospitalPatientsOfItsOwn() throws Exception {
    Dataset patients = Datasets.of("patients", request(5, Optional.empty()));

    assertThat(patients.holdings())
        .extracting(Holding::participant)
        .containsExactly("city", "coast", "hills", "city-2", "coast-2");
    assertThat(patients.holdings().stream().map(h -> ((Holding.Table) h).csv()).distinct())
        .hasSize(5);
    assertThat(((Holding.Table) patients.holdings().getFirst()).csv().lines())
        .hasSize(361)
        .startsWith(Patients.HEADER)
        .allMatch(line -> line.split(",").length == 5);
  }

  @Test
  void shouldDrawEveryDigitInManyHands() throws Exception {
    LabelledImages drawn = new DigitDrawer(new Random(1)).draw(500);

    assertThat(drawn.size()).isEqualTo(500);
    for (byte digit = 0; digit < 10; digit++) {
      assertThat(drawn.labels()).contains(digit);
    }
    assertThat(drawn.pick(new int[] {0})).isNotEqualTo(drawn.pick(new int[] {1}));
    assertThat(drawn.features()).hasSize(500 * 784).doesNotContain(-1f);
    assertThat(drawn.oneHotLabels()).hasSize(5_000);
  }

  @Test
  void shouldDealEveryPictureOnce() {
    LabelledImages all = new DigitDrawer(new Random(1)).draw(31);

    List<LabelledImages> parts = DigitsDataset.deal(all, 3, new Random(2));

    assertThat(parts).hasSize(3).allMatch(part -> part.size() == 10).doesNotHaveDuplicates();
  }

  @Test
  void shouldWriteSpecsThatReadBack() throws Exception {
    for (String name : List.of("patients", "digits")) {
      var spec = Datasets.of(name, DatasetRequest.of(SEED)).spec();
      assertThat(SpecJson.parseSpec(SpecJson.write(spec))).isEqualTo(spec);
    }
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> Datasets.of("flowers", DatasetRequest.of(SEED)))
        .hasMessage("the data set 'flowers' is unknown; known are patients, heart, digits, mnist");
    assertThatThrownBy(() -> request(0, Optional.empty())).hasMessageContaining("1 to 64, not 0");
    assertThatThrownBy(() -> request(65, Optional.empty())).hasMessageContaining("not 65");
  }

  @Test
  void shouldSplitTheFourHospitalsAsTheBenchmarkDoes() throws Exception {
    Path folder = RealData.folder("heart");

    Dataset heart =
        Datasets.of(
            "heart",
            new DatasetRequest(
                SEED, OptionalInt.empty(), OptionalInt.empty(), Optional.of(folder)));

    Map<String, String> expected = benchmarkSplit(folder);
    int rows = 0;
    for (Holding holding : heart.holdings()) {
      List<String> lines = ((Holding.Table) holding).csv().lines().toList();
      for (int line = 1; line < lines.size(); line++) {
        String part = lines.get(line).substring(lines.get(line).lastIndexOf(',') + 1);
        assertThat(expected.getOrDefault(holding.participant() + line, "?")).isEqualTo(part);
        rows += part.equals("?") ? 0 : 1;
      }
    }
    assertThat(rows).isEqualTo(303 + 261 + 46 + 130);
    assertThat(heart.spec().architecture().inputs()).isEqualTo(13);
  }

  private static Map<String, String> benchmarkSplit(Path folder) throws Exception {
    Map<String, String> split = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("flamby_split.csv"))) {
      String[] fields = line.split(",");
      split.put(fields[1] + fields[2], fields[4]);
    }
    return split;
  }

  @Test
  void shouldDealMnistToTheParticipants() throws Exception {
    Path folder = RealData.folder("mnist");

    Dataset mnist = Datasets.of("mnist", request(10, Optional.of(folder)));

    assertThat(mnist.holdings())
        .hasSize(10)
        .allMatch(h -> ((Holding.Pictures) h).training().size() == 6_000)
        .allMatch(h -> ((Holding.Pictures) h).heldOut().size() == 1_000);
    assertThat(mnist.common().orElseThrow().size()).isEqualTo(10_000);
  }

  @Test
  void shouldNotRunHeartWithAnotherNumberOfHospitals() {
    assertThatThrownBy(() -> Datasets.of("heart", request(3, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heart has 4 hospitals");
  }

  @Test
  void shouldSayWhatRealDataIsMissing() {
    assertThatThrownBy(() -> Datasets.of("mnist", DatasetRequest.of(SEED)))
        .isInstanceOf(DataUnavailableException.class)
        .hasMessageContaining("train-images-idx3-ubyte.gz");
    assertThatThrownBy(() -> Datasets.of("heart", DatasetRequest.of(SEED)))
        .isInstanceOf(DataUnavailableException.class)
        .hasMessageContaining("processed.va.data");
  }

  private static DatasetRequest request(int participants, Optional<Path> folder) {
    return new DatasetRequest(SEED, OptionalInt.of(participants), OptionalInt.empty(), folder);
  }
}
