package org.fedledger.client.training.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.training.Models;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Loss;
import org.fedledger.spec.Training;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.training.Metrics;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainingTask;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Dl4jTrainerTest {

  private static final Address AUTHOR = Address.of("0x" + "a1".repeat(20));
  private static final RoundId ROUND = RoundId.of("0x" + "22".repeat(32));
  private static final Randomness RANDOMNESS = new Randomness(Digest.ofContent(new byte[] {7}));
  private static final Architecture NET =
      Models.mlp(Loss.BINARY_CROSS_ENTROPY, Activation.SIGMOID, 4, 10, 5, 1);
  private static final Training EPOCHS = new Training(0.05, 0.9, 16, 3, Training.Unit.EPOCHS);

  @TempDir Path folder;

  @Test
  void shouldTakeOneStepOfPlainDescentAsByHand() throws IOException {
    Architecture logistic = Models.logistic(2);
    Examples examples = new Examples(2, 1, new float[] {1, 2, -1, 0.5f}, new float[] {1, 0});
    Path base = Models.write(logistic, folder.resolve("base"));
    Path update = folder.resolve("update");
    train(logistic, new Training(0.5, 0, 2, 1, Training.Unit.STEPS), examples, base, update);

    double w0 = Models.weight("layer0.weight", 0);
    double w1 = Models.weight("layer0.weight", 1);
    double b = Models.weight("layer0.bias", 0);
    double first = 1 / (1 + Math.exp(-(w0 + 2 * w1 + b))) - 1;
    double second = 1 / (1 + Math.exp(-(-w0 + 0.5 * w1 + b)));
    float[] weight = Models.tensor(update, "layer0.weight");
    assertThat((double) weight[0]).isCloseTo(-0.5 * (first - second) / 2, within(1e-5));
    assertThat((double) weight[1]).isCloseTo(-0.5 * (2 * first + 0.5 * second) / 2, within(1e-5));
    assertThat((double) Models.tensor(update, "layer0.bias")[0])
        .isCloseTo(-0.5 * (first + second) / 2, within(1e-5));
  }

  @Test
  void shouldLearnWhatTheExamplesSay() throws IOException {
    Examples examples = Models.examples(200, 4, 1);
    Path base = Models.write(NET, folder.resolve("base"));
    Path update = folder.resolve("update");
    train(NET, new Training(0.1, 0.9, 16, 20, Training.Unit.EPOCHS), examples, base, update);
    Weights layout = new Weights(NET);
    float[] local = layout.read(base);
    float[] step = new float[local.length];
    readUpdate(layout, update, step);
    for (int i = 0; i < local.length; i++) {
      local[i] += step[i];
    }
    Path trained = folder.resolve("trained");
    layout.write(
        local, new org.fedledger.tensor.ModelMetadata(Models.FEDERATION, 1, Digest.NONE), trained);
    double before = Dl4jModel.read(NET, base).evaluate(examples).loss();
    Metrics after = Dl4jModel.read(NET, trained).evaluate(examples);
    assertThat(after.loss()).isLessThan(before / 2);
    assertThat(after.accuracy()).isGreaterThan(0.9);
  }

  @Test
  void shouldNameItselfInTheUpdate() throws IOException {
    Path base = Models.write(NET, folder.resolve("base"));
    Path update = folder.resolve("update");
    BlobId id = train(NET, EPOCHS, Models.examples(20, 4, 1), base, update);
    assertThat(Blobs.id(update)).isEqualTo(id);
    try (SafetensorsFile file = SafetensorsFile.open(update)) {
      assertThat(BlobMetadata.of(file.header().metadata())).isEqualTo(metadata(base));
      assertThat(file.header().tensors()).isEqualTo(NET.schema());
    }
  }

  @Test
  void shouldGiveTheSameBitsAgainAndOnManyThreadsAtOnce() throws Exception {
    Architecture large =
        Models.mlp(Loss.CATEGORICAL_CROSS_ENTROPY, Activation.SOFTMAX, 30, 512, 16, 10);
    shouldGiveTheSameBits(NET, Models.examples(75, 4, 1));
    shouldGiveTheSameBits(large, Models.examples(75, 30, 10));
  }

  private void shouldGiveTheSameBits(Architecture architecture, Examples examples)
      throws Exception {
    Path base = Models.write(architecture, folder.resolve("base"));
    BlobId alone = train(architecture, EPOCHS, examples, base, folder.resolve("alone"));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<BlobId>> others = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Path target = folder.resolve("update" + i);
        others.add(threads.submit(() -> train(architecture, EPOCHS, examples, base, target)));
      }
      for (Future<BlobId> other : others) {
        assertThat(other.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void shouldRefuseToTrainOnNothingOrOnAnotherForm() {
    Path base = Models.write(NET, folder.resolve("base"));
    Path target = folder.resolve("update");
    Examples none = new Examples(4, 1, new float[0], new float[0]);
    assertThatThrownBy(() -> train(NET, EPOCHS, none, base, target))
        .hasMessageContaining("at least one example");
    assertThatThrownBy(() -> train(NET, EPOCHS, Models.examples(3, 5, 1), base, target))
        .hasMessageContaining("4 features");
    assertThat(target).doesNotExist();
  }

  private static BlobId train(
      Architecture architecture, Training training, Examples examples, Path base, Path target)
      throws IOException {
    TrainingTask task =
        new TrainingTask(
            architecture,
            training,
            0,
            base,
            metadata(base),
            RANDOMNESS.training(Models.FEDERATION, 0, AUTHOR));
    return new Dl4jTrainer(onlyTraining(examples)).train(task, target).update();
  }

  private static LocalData onlyTraining(Examples examples) {
    return new LocalData() {
      @Override
      public Examples training() {
        return examples;
      }

      @Override
      public Examples heldOut() {
        return new Examples(examples.features(), examples.outputs(), new float[0], new float[0]);
      }
    };
  }

  private static UpdateMetadata metadata(Path base) throws IOException {
    return new UpdateMetadata(
        Models.FEDERATION, ROUND, Blobs.id(base).digest(), AUTHOR, RANDOMNESS.nonce(ROUND, AUTHOR));
  }

  private static void readUpdate(Weights layout, Path update, float[] into) throws IOException {
    System.arraycopy(layout.read(update), 0, into, 0, into.length);
  }
}
