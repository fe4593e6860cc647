package org.fedledger.client.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.fedledger.client.data.Examples;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Training;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.UpdateMetadata;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One participant's training of one round.
 *
 * <p>Momentum is Nesterov's, since DL4J has no other. The gradient is the mean over a batch.
 */
public final class LocalTraining {

  private LocalTraining() {}

  /**
   * Trains from the base version and writes the update: local minus base, each subtraction in
   * binary32. Whether the result is finite is for the gates to say.
   *
   * @param base the base version's model file, whose digest was checked
   * @param examples at least one, of the architecture's form
   * @param random from {@link Randomness#training}
   * @param target where the update is put, synced to disk, whole or not at all
   * @throws CancellationException if the thread is interrupted; no target is then left
   * @throws org.fedledger.tensor.MalformedFileException if the base is no model of this
   *     architecture
   */
  public static BlobId train(
      Architecture architecture,
      Training training,
      Examples examples,
      Path base,
      RandomGenerator random,
      UpdateMetadata metadata,
      Path target)
      throws IOException {
    Weights layout = new Weights(architecture);
    float[] before = layout.read(base);
    float[] after = trained(architecture, training, examples, before, random);
    for (int i = 0; i < after.length; i++) {
      after[i] = after[i] - before[i];
    }
    return layout.write(after, metadata, target);
  }

  private static float[] trained(
      Architecture architecture,
      Training training,
      Examples examples,
      float[] weights,
      RandomGenerator random) {
    ExampleShape.require(architecture, examples);
    if (examples.count() == 0) {
      throw new IllegalArgumentException("training takes at least one example");
    }
    Batches batches = new Batches(examples.count(), training.batch(), random);
    long steps =
        switch (training.unit()) {
          case STEPS -> training.amount();
          case EPOCHS -> (long) training.amount() * batches.perPass();
        };
    int[] rows = new int[batches.largest()];
    try (NeuralNetwork network = new NeuralNetwork(architecture, weights, updater(training))) {
      for (long step = 0; step < steps; step++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("training was interrupted");
        }
        int count = batches.next(rows);
        network.step(examples, rows, count);
      }
      return network.weights();
    }
  }

  private static IUpdater updater(Training training) {
    return training.momentum() == 0
        ? new Sgd(training.rate())
        : new Nesterovs(training.rate(), training.momentum());
  }
}
