package org.fedledger.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;

/**
 * Gives updates that follow from the task's seed alone, which names base version and participant
 * and never round or time, so that a round that is repeated comes to the same version.
 */
final class SeededTrainer implements Trainer {

  private static final float LARGEST = 0.01f;
  private static final int MOST_EXAMPLES = 1_000;
  private final SimulatedParty party;

  SeededTrainer(SimulatedParty party) {
    this.party = party;
  }

  @Override
  public TrainedUpdate train(TrainingTask task, Path out) throws IOException {
    return party.local("training", () -> make(task, out));
  }

  private TrainedUpdate make(TrainingTask task, Path out) throws IOException {
    SeededRandom random = new SeededRandom(task.seed().generator().nextLong(), "training");
    long examples = random.between(1, MOST_EXAMPLES);
    List<TensorSpec> schema = task.architecture().schema();
    SafetensorsHeader header = new SafetensorsHeader(task.metadata().toMap(), schema);
    try (SafetensorsWriter writer = SafetensorsWriter.create(out, header)) {
      for (TensorSpec tensor : schema) {
        write(random, tensor.elements(), writer);
      }
      BlobId update = writer.commit();
      return new TrainedUpdate(update, examples);
    }
  }

  private static void write(SeededRandom random, long elements, SafetensorsWriter writer)
      throws IOException {
    float[] values = new float[(int) Math.min(elements, TensorData.BLOCK)];
    for (long left = elements; left > 0; left -= values.length) {
      int count = (int) Math.min(left, values.length);
      for (int i = 0; i < count; i++) {
        values[i] = LARGEST * random.signedUnit();
      }
      writer.floats(values, count);
    }
  }
}
