package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.Round;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.types.FederationId;
import org.fedledger.verify.RoundComputation;

/** How an aggregator comes to what it publishes. An honest one uses {@link #PROTOCOL}. */
@FunctionalInterface
public interface ResultProvider {

  /** The protocol's own computation: what every honest aggregator comes to. */
  ResultProvider PROTOCOL =
      task ->
          new RoundComputation(
                  task.federation(), task.spec(), task.plan(), task.round(), task.quorum())
              .compute(task.base(), task.updates(), task.modelOut());

  RoundComputation.Result compute(Task task) throws IOException;

  /**
   * A round to compute.
   *
   * @param round with commits closed
   * @param quorum fewest accepted updates for a new version
   * @param base the base version's file, its digest checked
   * @param updates where a committed update's file is, or empty if it has not come
   * @param modelOut where the new version is to be written
   */
  record Task(
      FederationId federation,
      FederationSpec spec,
      RoundPlan plan,
      Round round,
      int quorum,
      Path base,
      Function<UpdateCommitment, Optional<Path>> updates,
      Path modelOut) {}
}
