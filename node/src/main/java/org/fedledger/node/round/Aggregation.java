package org.fedledger.node.round;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.Round;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.types.FederationId;
import org.fedledger.verify.RoundComputation;

/** How a node comes to what it publishes. An honest one uses {@link #PROTOCOL}. */
@FunctionalInterface
public interface Aggregation {

  /** The protocol's own computation: what every honest aggregator comes to. */
  Aggregation PROTOCOL =
      task ->
          new RoundComputation(
                  task.federation(), task.spec(), task.plan(), task.round(), task.quorum())
              .compute(task.base(), task.updates(), task.out());

  RoundComputation.Result compute(Task task) throws IOException;

  /**
   * A round to compute.
   *
   * @param round with commits closed
   * @param quorum fewest accepted updates for a new version
   * @param base the base version's files, their digests checked
   * @param updates where a committed update's file is, or empty if it has not come
   * @param out where the new version is to be written
   */
  record Task(
      FederationId federation,
      FederationSpec spec,
      RoundPlan plan,
      Round round,
      int quorum,
      RoundComputation.BaseFiles base,
      Function<UpdateCommitment, Optional<Path>> updates,
      RuleApplication.Target out) {}
}
