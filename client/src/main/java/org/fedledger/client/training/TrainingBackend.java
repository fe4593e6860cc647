package org.fedledger.client.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.fedledger.client.data.LocalData;
import org.fedledger.spec.Architecture;
import org.fedledger.training.Trainer;

/**
 * A library that trains and runs the architectures of specs on examples in memory. Auditors and
 * verifiers need none, nor do participants that bring a trainer of their own.
 */
public interface TrainingBackend {

  /** The one on the class path, if there is one. */
  static Optional<TrainingBackend> installed() {
    return ServiceLoader.load(TrainingBackend.class).findFirst();
  }

  Trainer trainer(LocalData data);

  /**
   * Reads a model to use it.
   *
   * @throws org.fedledger.tensor.MalformedFileException if it is no model of this architecture
   */
  LocalModel read(Architecture architecture, Path model) throws IOException;
}
