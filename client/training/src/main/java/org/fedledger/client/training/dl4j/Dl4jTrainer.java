package org.fedledger.client.training.dl4j;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.LocalData;
import org.fedledger.spec.Training;
import org.fedledger.training.Evaluator;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;
import org.fedledger.training.UnfitDataException;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Trains by DL4J on examples in memory.
 *
 * <p>Momentum is Nesterov's, since DL4J has no other. The gradient is the mean over a batch.
 */
public final class Dl4jTrainer implements Trainer {

  private final LocalData data;

  public Dl4jTrainer(LocalData data) {
    this.data = data;
  }

  @Override
  public TrainedUpdate train(TrainingTask task, Path out) throws IOException {
    Examples examples = data.training();
    ExampleShape.require(task.architecture(), examples);
    if (examples.count() == 0) {
      throw new UnfitDataException("training takes at least one example");
    }
    try {
      return train(task, examples, out);
    } catch (ClosedByInterruptException e) {
      throw interrupted();
    }
  }

  private static TrainedUpdate train(TrainingTask task, Examples examples, Path out)
      throws IOException {
    Weights layout = new Weights(task.architecture());
    float[] before = layout.read(task.base());
    float[] after = trained(task, examples, before);
    for (int i = 0; i < after.length; i++) {
      after[i] = after[i] - before[i];
    }
    return new TrainedUpdate(layout.write(after, task.metadata(), out), examples.count());
  }

  @Override
  public Optional<Evaluator> evaluator() {
    Examples heldOut = data.heldOut();
    return heldOut.count() == 0
        ? Optional.empty()
        : Optional.of(
            (architecture, model) -> Dl4jModel.read(architecture, model).evaluate(heldOut));
  }

  private static float[] trained(TrainingTask task, Examples examples, float[] weights) {
    Training training = task.training();
    Batches batches = new Batches(examples.count(), training.batch(), task.seed().generator());
    long steps =
        switch (training.unit()) {
          case STEPS -> training.amount();
          case EPOCHS -> (long) training.amount() * batches.perPass();
        };
    int[] rows = new int[batches.largest()];
    try (NeuralNetwork network =
        new NeuralNetwork(task.architecture(), weights, updater(training))) {
      for (long step = 0; step < steps; step++) {
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted();
        }
        int count = batches.next(rows);
        network.step(examples, rows, count);
      }
      return network.weights();
    }
  }

  private static CancellationException interrupted() {
    return new CancellationException("training was interrupted");
  }

  private static IUpdater updater(Training training) {
    return training.momentum() == 0
        ? new Sgd(training.rate())
        : new Nesterovs(training.rate(), training.momentum());
  }
}
