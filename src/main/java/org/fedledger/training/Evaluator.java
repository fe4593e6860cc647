package org.fedledger.training;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.spec.Architecture;

/** Measures models on one participant's held-out examples. Safe for use by several threads. */
@FunctionalInterface
public interface Evaluator {

  /**
   * Blocks, and may take long.
   *
   * @throws org.fedledger.tensor.MalformedFileException if it is no model of this architecture
   */
  Metrics evaluate(Architecture architecture, Path model) throws IOException;
}
