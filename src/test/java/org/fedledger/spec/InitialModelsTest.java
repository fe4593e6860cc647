package org.fedledger.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.FedAvgM;
import org.fedledger.rule.Rule;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialModelsTest {

  private static final FederationId FEDERATION = new FederationId(new byte[32]);
  private static final Digest SEED = Digest.ofContent(new byte[] {7});

  @TempDir Path folder;

  @Test
  void makesTheSameBytesForEverybody() throws IOException {
    BlobId one = InitialModels.write(spec(new InitialModel.GlorotUniform(SEED)), FEDERATION, out());
    BlobId two = InitialModels.write(spec(new InitialModel.GlorotUniform(SEED)), FEDERATION, out());
    assertThat(one).isEqualTo(two);
    assertThat(one.digest().toString())
        .isEqualTo("0xc47b9f2853550b70230f354c80a2a111da6842276e66aaa7097d2888adf7c0b9");
  }

  @Test
  void drawsOtherWeightsFromAnotherSeed() throws IOException {
    Digest other = Digest.ofContent(new byte[] {8});
    assertThat(InitialModels.write(spec(new InitialModel.GlorotUniform(SEED)), FEDERATION, out()))
        .isNotEqualTo(
            InitialModels.write(spec(new InitialModel.GlorotUniform(other)), FEDERATION, out()));
  }

  @Test
  void keepsWeightsWithinTheLimitAndBiasesAtZero() throws IOException {
    Path out = out();
    InitialModels.write(spec(new InitialModel.GlorotUniform(SEED)), FEDERATION, out);
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      float[] weights = new float[50];
      file.tensor("layer0.weight").floats(0, weights, 50);
      float limit = (float) Math.sqrt(6.0 / 15);
      float largest = 0;
      for (float weight : weights) {
        assertThat(Math.abs(weight)).isLessThanOrEqualTo(limit).isGreaterThan(0);
        largest = Math.max(largest, Math.abs(weight));
      }
      assertThat(largest).isGreaterThan(limit / 2);
      float[] biases = new float[10];
      file.tensor("layer0.bias").floats(0, biases, 10);
      assertThat(biases).containsOnly(0f);
    }
  }

  @Test
  void makesZerosWhereTheSpecSaysSo() throws IOException {
    Path out = out();
    InitialModels.write(spec(new InitialModel.Zeros()), FEDERATION, out);
    try (SafetensorsFile file = SafetensorsFile.open(out)) {
      float[] weights = new float[50];
      file.tensor("layer0.weight").floats(0, weights, 50);
      assertThat(weights).containsOnly(0f);
    }
  }

  @Test
  void knowsSizesBeforeAnythingIsWritten() throws IOException {
    FederationSpec spec = spec(new InitialModel.GlorotUniform(SEED), new FedAvgM(1, 0.5));
    BlobId model = InitialModels.write(spec, FEDERATION, out());
    BlobId state = InitialModels.writeState(spec, FEDERATION, out()).orElseThrow();
    assertThat(InitialModels.size(spec)).isEqualTo(model.size());
    assertThat(InitialModels.stateSize(spec)).isEqualTo(state.size());
    assertThat(InitialModels.stateSize(spec(new InitialModel.Zeros()))).isZero();
  }

  @Test
  void refusesToMakeWhatIsSupplied() {
    assertThatThrownBy(
            () -> InitialModels.write(spec(new InitialModel.Supplied()), FEDERATION, out()))
        .hasMessageContaining("supplied");
  }

  private Path out() throws IOException {
    return Files.createTempFile(folder, "model", ".safetensors");
  }

  private static FederationSpec spec(InitialModel initial) {
    return spec(initial, new FedAvg(1));
  }

  private static FederationSpec spec(InitialModel initial, Rule rule) {
    return new FederationSpec(
        "test",
        new Architecture(
            List.of(
                new Layer.Dense(5, 10, Activation.RELU),
                new Layer.Dense(10, 1, Activation.SIGMOID)),
            Loss.BINARY_CROSS_ENTROPY),
        initial,
        1,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(
            rule, new Training(0.1, 0, 8, 1, Training.Unit.EPOCHS), 1_000, OptionalDouble.empty()),
        Optional.empty());
  }
}
