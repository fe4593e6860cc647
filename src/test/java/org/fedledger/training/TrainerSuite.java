package org.fedledger.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.Training;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsFile;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every trainer does. */
public abstract class TrainerSuite {

  /** What is trained: 4 features, one output. */
  protected static final Architecture ARCHITECTURE =
      new Architecture(
          List.of(
              new Layer.Dense(4, 6, Activation.TANH), new Layer.Dense(6, 1, Activation.SIGMOID)),
          Loss.BINARY_CROSS_ENTROPY);

  private static final Architecture WIDER =
      new Architecture(
          List.of(new Layer.Dense(5, 1, Activation.SIGMOID)), Loss.BINARY_CROSS_ENTROPY);

  private static final Training TRAINING = new Training(0.05, 0.9, 4, 3, Training.Unit.EPOCHS);
  private static final FederationId FEDERATION = FederationId.of("0x" + "0d".repeat(32));
  private static final RoundId ROUND = RoundId.of("0x" + "22".repeat(32));
  private static final Address AUTHOR = Address.of("0x" + "a1".repeat(20));
  private static final Randomness RANDOMNESS = new Randomness(Digest.ofContent(new byte[] {7}));
  private static final Randomness OTHER = new Randomness(Digest.ofContent(new byte[] {8}));

  @TempDir Path folder;

  /** A trainer of {@link #ARCHITECTURE} on at least 10 examples, the same at every call. */
  protected abstract Trainer trainer() throws IOException;

  @Test
  void shouldWriteTheUpdateThatTheTaskNames() throws IOException {
    TrainingTask task = task(RANDOMNESS);
    TrainedUpdate trained = trainer().train(task, out("update"));
    assertThat(Blobs.id(out("update"))).isEqualTo(trained.update());
    assertThat(trained.examples()).isGreaterThanOrEqualTo(10);
    try (SafetensorsFile file = SafetensorsFile.open(out("update"))) {
      assertThat(BlobMetadata.of(file.header().metadata())).isEqualTo(task.metadata());
      assertThat(file.header().tensors()).isEqualTo(ARCHITECTURE.schema());
    }
  }

  @Test
  void shouldWriteFiniteNumbersOfWhichSomeAreNotZero() throws IOException {
    trainer().train(task(RANDOMNESS), out("update"));
    double squares = 0;
    try (SafetensorsFile file = SafetensorsFile.open(out("update"))) {
      for (TensorSpec tensor : ARCHITECTURE.schema()) {
        float[] elements = new float[(int) tensor.elements()];
        file.tensor(tensor.name()).floats(0, elements, elements.length);
        for (float element : elements) {
          squares += (double) element * element;
        }
      }
    }
    assertThat(squares).isFinite().isPositive();
  }

  @Test
  void shouldGiveTheSameFileForTheSameSeedOnManyThreadsAtOnce() throws Exception {
    TrainingTask task = task(RANDOMNESS);
    Trainer trainer = trainer();
    TrainedUpdate alone = trainer.train(task, out("alone"));
    assertThat(trainer().train(task, out("again"))).isEqualTo(alone);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<TrainedUpdate>> others = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Path out = out("update" + i);
        others.add(threads.submit(() -> trainer.train(task, out)));
      }
      for (Future<TrainedUpdate> other : others) {
        assertThat(other.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void shouldGiveAnotherFileForAnotherSeed() throws IOException {
    TrainingTask task = task(RANDOMNESS);
    TrainingTask other =
        new TrainingTask(
            task.architecture(),
            task.training(),
            task.baseVersion(),
            task.base(),
            task.metadata(),
            OTHER.training(FEDERATION, 0, AUTHOR));
    assertThat(trainer().train(other, out("other")).update())
        .isNotEqualTo(trainer().train(task, out("update")).update());
  }

  @Test
  void shouldReplaceWhatIsThere() throws IOException {
    Files.writeString(out("update"), "an earlier draft");
    TrainedUpdate trained = trainer().train(task(RANDOMNESS), out("update"));
    assertThat(Blobs.id(out("update"))).isEqualTo(trained.update());
  }

  @Test
  void shouldLeaveNothingWhenInterrupted() throws IOException {
    TrainingTask task = task(RANDOMNESS);
    Trainer trainer = trainer();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> trainer.train(task, out("update")))
          .isInstanceOf(CancellationException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(outs()).isEmpty();
  }

  @Test
  void shouldRefuseABaseOfAnotherArchitecture() throws IOException {
    Path base = model(WIDER, folder.resolve("wider"));
    Trainer trainer = trainer();
    TrainingTask task = task(RANDOMNESS, base);
    assertThatThrownBy(() -> trainer.train(task, out("update")))
        .isInstanceOf(MalformedFileException.class);
    assertThat(outs()).isEmpty();
  }

  @Test
  void shouldLeaveTheBaseAsItWas() throws IOException {
    TrainingTask task = task(RANDOMNESS);
    trainer().train(task, out("update"));
    assertThat(Blobs.id(task.base()).digest()).isEqualTo(task.metadata().base());
  }

  @Test
  void shouldMeasureAModelTheSameAtEveryCall() throws IOException {
    Path model = model(ARCHITECTURE, folder.resolve("model"));
    for (Evaluator evaluator : trainer().evaluator().stream().toList()) {
      Metrics first = evaluator.evaluate(ARCHITECTURE, model);
      assertThat(evaluator.evaluate(ARCHITECTURE, model)).isEqualTo(first);
    }
  }

  @Test
  void shouldNotMeasureAModelOfAnotherArchitecture() throws IOException {
    Path model = model(WIDER, folder.resolve("wider"));
    for (Evaluator evaluator : trainer().evaluator().stream().toList()) {
      assertThatThrownBy(() -> evaluator.evaluate(ARCHITECTURE, model))
          .isInstanceOf(MalformedFileException.class);
    }
  }

  private TrainingTask task(Randomness randomness) throws IOException {
    return task(randomness, model(ARCHITECTURE, folder.resolve("base")));
  }

  private static TrainingTask task(Randomness randomness, Path base) throws IOException {
    return new TrainingTask(
        ARCHITECTURE,
        TRAINING,
        0,
        base,
        new UpdateMetadata(
            FEDERATION, ROUND, Blobs.id(base).digest(), AUTHOR, RANDOMNESS.nonce(ROUND, AUTHOR)),
        randomness.training(FEDERATION, 0, AUTHOR));
  }

  private Path out(String name) throws IOException {
    return Files.createDirectories(folder.resolve("out")).resolve(name);
  }

  private List<Path> outs() throws IOException {
    try (Stream<Path> files = Files.list(out("update").getParent())) {
      return files.toList();
    }
  }

  private static Path model(Architecture architecture, Path target) throws IOException {
    SafetensorsHeader header =
        new SafetensorsHeader(
            new ModelMetadata(FEDERATION, 0, Digest.NONE).toMap(), architecture.schema());
    try (SafetensorsWriter out = SafetensorsWriter.create(target, header)) {
      int elements =
          Math.toIntExact(header.tensors().stream().mapToLong(TensorSpec::elements).sum());
      float[] weights = new float[elements];
      for (int i = 0; i < elements; i++) {
        weights[i] = (float) Math.sin(0.7 * i + 0.3) / 2;
      }
      out.floats(weights, elements);
      out.commit();
    }
    return target;
  }
}
