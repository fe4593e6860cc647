package org.fedledger.client.training.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.fedledger.client.data.LocalData;
import org.fedledger.client.training.Models;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainerSuite;
import org.junit.jupiter.api.Test;

class Dl4jTrainerSuiteTest extends TrainerSuite {

  @Override
  protected Trainer trainer() {
    return new Dl4jTrainer(LocalData.of(Models.examples(30, 4, 1), Models.examples(7, 4, 1)));
  }

  @Test
  void shouldBeWhatThisInstallTrainsWith() {
    assertThat(TrainingBackend.installed()).containsInstanceOf(Dl4jBackend.class);
  }

  @Test
  void shouldMeasureNothingWithoutHeldOutExamples() {
    LocalData data = LocalData.of(Models.examples(30, 4, 1), Models.examples(0, 4, 1));
    assertThat(new Dl4jTrainer(data).evaluator()).isEmpty();
    assertThat(trainer().evaluator()).isPresent();
  }
}
