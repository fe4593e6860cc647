package org.fedledger.role;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.training.Metrics;
import org.fedledger.types.Digest;

/** What was measured before, so that a version is measured once. Durable when a call returns. */
public interface EvaluationMemory {

  /** The metrics of a version, if it was this very model that was measured. */
  Optional<Metrics> metrics(long version, Digest model) throws IOException;

  void keep(long version, Digest model, Metrics metrics) throws IOException;
}
