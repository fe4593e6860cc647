package org.fedledger.rule;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.tensor.ModelMetadata;

/** A way to aggregate, fixed to the bit by its name and version. */
public sealed interface AggregationRule permits FedAvg {

  /** As plans name it, such as {@code fedavg}. */
  String name();

  /** From 1; any change of a single bit makes a new version. */
  int version();

  /** Name and version as one text, such as {@code fedavg/1}. */
  default String id() {
    return name() + "/" + version();
  }

  /**
   * Aggregates accepted updates into the next model and writes it. Blocks; never on an event loop.
   *
   * @param base the base version's file
   * @param updates at least one, each participant once, in any order
   * @param metadata the new model's
   * @param out where the new model goes, whole or not at all; replaced if it exists
   * @throws org.fedledger.tensor.MalformedFileException if a file is not canonical or its tensors
   *     are not the base version's; what the gates admit never is
   * @throws IllegalArgumentException for no updates, or two of one participant
   */
  AggregationResult aggregate(
      Path base, List<WeightedUpdate> updates, ModelMetadata metadata, Path out) throws IOException;
}
