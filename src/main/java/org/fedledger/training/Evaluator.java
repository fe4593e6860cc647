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
   * @throws UnfitDataException if the examples are not of the form that the architecture takes
   * @throws IllegalArgumentException if nothing can be said of that model, now or later: it is none
   *     of this architecture, or what it answers is no number
   */
  Metrics evaluate(Architecture architecture, Path model) throws IOException;
}
