package org.fedledger.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Trains a model on the examples of one participant, which it alone sees. The same task gives the
 * same file. Safe for use by several threads.
 */
@FunctionalInterface
public interface Trainer {

  /**
   * Trains from the task's base and writes the update: local weights minus those of the base, each
   * subtraction in binary32. Whether the result is finite is for the gates to say. Blocks, and may
   * take long.
   *
   * @param out where the update goes, synced to disk, whole or not at all; replaced if it exists
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; nothing is
   *     then left
   * @throws org.fedledger.tensor.MalformedFileException if the base is no model of the task's
   *     architecture
   * @throws UnfitDataException if the examples are not of the form that the architecture takes
   * @throws IOException if a file cannot be read or written, or the training failed and may be
   *     tried again
   */
  TrainedUpdate train(TrainingTask task, Path out) throws IOException;

  /** What measures models on examples that are kept from training; empty where none are. */
  default Optional<Evaluator> evaluator() {
    return Optional.empty();
  }
}
