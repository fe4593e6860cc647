package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.Round;
import org.fedledger.round.RoundInputs;
import org.fedledger.rule.BaseFiles;
import org.fedledger.rule.RuleApplication;
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
              .compute(task.base(), task.updates(), task.out());

  RoundComputation.Result compute(Task task) throws IOException;

  /**
   * A round to compute.
   *
   * @param inputs of a round with commits closed
   * @param out where the new version is to be written
   */
  record Task(RoundInputs.Ready inputs, RuleApplication.Target out) {

    public FederationId federation() {
      return inputs.state().federation();
    }

    public FederationSpec spec() {
      return inputs.spec();
    }

    public RoundPlan plan() {
      return inputs.plan();
    }

    public Round round() {
      return inputs.round();
    }

    /** Fewest accepted updates for a new version. */
    public int quorum() {
      return inputs.state().created().quorum();
    }

    /** The base version's files. */
    public BaseFiles base() {
      return inputs.baseFiles();
    }

    /** Where a committed update's file is, or empty if it has not come. */
    public Function<UpdateCommitment, Optional<Path>> updates() {
      return inputs::update;
    }
  }
}
