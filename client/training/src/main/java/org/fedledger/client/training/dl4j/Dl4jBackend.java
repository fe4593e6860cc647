package org.fedledger.client.training.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.training.LocalModel;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.spec.Architecture;
import org.fedledger.training.Trainer;

/** DL4J, found by {@link TrainingBackend#installed} where this library is on the class path. */
public final class Dl4jBackend implements TrainingBackend {

  @Override
  public Trainer trainer(LocalData data) {
    return new Dl4jTrainer(data);
  }

  @Override
  public LocalModel read(Architecture architecture, Path model) throws IOException {
    return Dl4jModel.read(architecture, model);
  }
}
