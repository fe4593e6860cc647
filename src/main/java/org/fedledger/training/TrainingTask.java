package org.fedledger.training;

import java.nio.file.Path;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Training;
import org.fedledger.tensor.UpdateMetadata;

/**
 * What a participant is to train in one round.
 *
 * @param training what the round's plan asks for
 * @param baseVersion number of the version to start from, from 0
 * @param base its model file, whose digest was checked; nobody may write to it
 * @param metadata what the update says of itself, its nonce included
 * @param seed of all that is drawn
 */
public record TrainingTask(
    Architecture architecture,
    Training training,
    long baseVersion,
    Path base,
    UpdateMetadata metadata,
    TrainingSeed seed) {

  public TrainingTask {
    if (baseVersion < 0) {
      throw new IllegalArgumentException("a version is at least 0, not " + baseVersion);
    }
  }
}
