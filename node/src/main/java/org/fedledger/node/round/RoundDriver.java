package org.fedledger.node.round;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.node.chain.Federation;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.RoundComputation.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a round on by at most one step.
 *
 * <p>What is to be done follows from the ledger and the store alone, so a node may stop at any line
 * and go on after a restart, and several nodes may drive one round. Deadlines are compared with the
 * time of the block looked at, never with a clock. Not for several threads at once.
 */
public final class RoundDriver {

  private static final Logger LOG = LoggerFactory.getLogger(RoundDriver.class);

  private final Ledger ledger;
  private final SigningKey key;
  private final Federation federation;
  private final Versions versions;
  private final Aggregation aggregation;

  /** Publications that the ledger refused for good; kept so that no block computes them anew. */
  private final Set<RoundId> refused = new HashSet<>();

  /** Others' publications that were computed again for their files. */
  private final Set<PublicationId> followed = new HashSet<>();

  /** Block of the last action; an older state does not show it yet. */
  private long actedIn = -1;

  public RoundDriver(
      Ledger ledger,
      SigningKey key,
      Federation federation,
      Versions versions,
      Aggregation aggregation) {
    this.ledger = ledger;
    this.key = key;
    this.federation = federation;
    this.versions = versions;
    this.aggregation = aggregation;
  }

  /**
   * Does what the state asks for, if anything.
   *
   * @throws org.fedledger.ledger.LedgerUnreachableException if the ledger does not answer; stepping
   *     again is harmless
   */
  public Step step(FederationState state) throws IOException {
    Optional<FederationSpec> spec = federation.spec();
    if (spec.isEmpty()) {
      return new Step.Idle("the federation's spec is not in the store; upload it to this node");
    }
    versions.prepareInitial(state, spec.get());
    if (state.at().number() < actedIn) {
      return new Step.Idle("waiting for block %d to be confirmed".formatted(actedIn));
    }
    if (state.round().isEmpty()) {
      return new Step.Idle("no round was opened yet");
    }
    Round round = state.round().get();
    return switch (round.phase()) {
      case COMMITTING -> committing(state, round);
      case PUBLISHING -> publishing(state, spec.get(), round);
      case ATTESTING -> attesting(state, spec.get(), round);
      case FINAL -> followed(state, spec.get(), round, round.decided());
      case ABORTED -> new Step.Idle("the round was aborted");
    };
  }

  private Step committing(FederationState state, Round round) {
    boolean late = state.at().timestamp() > round.opening().commitDeadline();
    if (round.complete() || late) {
      return submit(new LedgerAction.CloseCommits(round.id()));
    }
    return new Step.Idle(
        "%d of %d members have committed"
            .formatted(round.commitments().size(), round.members().size()));
  }

  private Step attesting(FederationState state, FederationSpec spec, Round round)
      throws IOException {
    Optional<Candidate> pending = round.pending();
    if (pending.filter(c -> state.at().timestamp() > c.attestationDeadline()).isPresent()) {
      return submit(new LedgerAction.ExpirePublication(round.id()));
    }
    return followed(state, spec, round, pending);
  }

  private Step publishing(FederationState state, FederationSpec spec, Round round)
      throws IOException {
    long now = state.at().timestamp();
    if (round.publicationDeadline().filter(deadline -> now > deadline).isPresent()) {
      return submit(new LedgerAction.AbortRound(round.id(), AbortReason.DEADLINE));
    }
    if (!mayPublish(round)) {
      return new Step.Idle("another aggregator is to publish");
    }
    long here = round.commitments().values().stream().filter(this::isHere).count();
    boolean late = round.revealDeadline().filter(deadline -> now > deadline).isPresent();
    if (here < round.commitments().size() && !late) {
      return new Step.Idle("%d of %d uploads are here".formatted(here, round.commitments().size()));
    }
    return publish(state, spec, round);
  }

  private boolean mayPublish(Round round) {
    Address self = key.address();
    return round.aggregators().contains(self)
        && !refused.contains(round.id())
        && round.candidates().stream().noneMatch(c -> c.record().aggregator().equals(self));
  }

  private boolean isHere(UpdateCommitted committed) {
    return versions.has(committed.commitment().digest());
  }

  private boolean isHere(Publication publication) {
    return versions.has(publication.model())
        && (publication.state().isZero() || versions.has(publication.state()));
  }

  private Step publish(FederationState state, FederationSpec spec, Round round) throws IOException {
    return switch (compute(state, spec, round)) {
      case Computed.Unable(String why) -> new Step.Idle(why);
      case Computed.Of(Result result) -> {
        Publication publication = publication(round, result);
        LedgerAction.Publish action =
            new LedgerAction.Publish(
                publication, result.decision(), ledger.domain().sign(publication, key));
        Step step = submit(action);
        if (step instanceof Step.Refused) {
          refused.add(round.id());
        }
        yield step;
      }
    };
  }

  private static Publication publication(Round round, Result result) {
    Decision decision = result.decision();
    return switch (result) {
      case Result.Aggregated a ->
          new Publication(
              round.id(),
              round.nextAttempt(),
              a.model(),
              a.modelSize(),
              a.state(),
              a.stateSize(),
              decision.digest());
      case Result.TooFewAccepted t -> {
        LOG.warn(
            "round {}: {} updates passed the gates, the quorum is {}; proposing to abort",
            round.number(),
            t.accepted(),
            t.quorum());
        yield abort(round, decision);
      }
      case Result.TooFewForRule few -> {
        LOG.warn(
            "round {}: {} updates passed the gates, the rule takes at least {}; proposing to abort",
            round.number(),
            few.accepted(),
            few.fewest());
        yield abort(round, decision);
      }
      case Result.NonFinite n -> {
        LOG.warn("round {}: {}; proposing to abort", round.number(), n.where());
        yield abort(round, decision);
      }
    };
  }

  private static Publication abort(Round round, Decision decision) {
    return new Publication(
        round.id(), round.nextAttempt(), Digest.NONE, 0, Digest.NONE, 0, decision.digest());
  }

  /**
   * The files of another aggregator's publication, made here from the same updates: the next round
   * builds on them.
   */
  private Step followed(
      FederationState state, FederationSpec spec, Round round, Optional<Candidate> candidate)
      throws IOException {
    if (candidate.isEmpty()
        || candidate.get().proposesAbort()
        || isHere(candidate.get().record().publication())
        || !round.commitments().values().stream().allMatch(this::isHere)
        || !followed.add(candidate.get().record().publicationId())) {
      return new Step.Idle("nothing is to be done");
    }
    return switch (compute(state, spec, round)) {
      case Computed.Unable(String why) -> new Step.Idle(why);
      case Computed.Of _ -> new Step.Idle("computed what another aggregator published");
    };
  }

  /** A round's result, its files in the store; or what is missing. */
  private sealed interface Computed {
    record Of(Result result) implements Computed {}

    record Unable(String why) implements Computed {}
  }

  private Computed compute(FederationState state, FederationSpec spec, Round round)
      throws IOException {
    Optional<RoundPlan> plan;
    try {
      plan = federation.plan(state, round);
    } catch (MalformedJsonException e) {
      return new Computed.Unable(
          new CannotJudgeException("the plan of round " + round.number(), e.getMessage())
              .getMessage());
    }
    if (plan.isEmpty()) {
      return new Computed.Unable(
          "the round's plan %s is not in the store; upload it to this node"
              .formatted(round.opening().plan()));
    }
    Optional<RoundComputation.BaseFiles> base = versions.base(round);
    if (base.isEmpty()) {
      return new Computed.Unable(
          "the base version %d, model %s, is not whole in the store; upload it to this node"
              .formatted(round.opened().baseVersion(), round.opened().baseModel()));
    }
    try {
      return new Computed.Of(compute(state, spec, plan.get(), round, base.get()));
    } catch (CannotJudgeException e) {
      return new Computed.Unable(e.getMessage());
    }
  }

  private Result compute(
      FederationState state,
      FederationSpec spec,
      RoundPlan plan,
      Round round,
      RoundComputation.BaseFiles base)
      throws IOException {
    RuleApplication.Target out = new RuleApplication.Target(versions.newFile(), versions.newFile());
    long began = System.nanoTime();
    try {
      Result result =
          aggregation.compute(
              new Aggregation.Task(
                  state.federation(),
                  spec,
                  plan,
                  round,
                  state.created().quorum(),
                  base,
                  this::update,
                  out));
      if (result instanceof Result.Aggregated aggregated) {
        if (!aggregated.state().isZero()) {
          versions.keep(aggregated.state(), out.state());
        }
        versions.keep(aggregated.model(), out.model());
        if (!aggregated.leftOut().isEmpty()) {
          LOG.info(
              "round {}: {} did not choose the updates of {}",
              round.number(),
              plan.terms().rule().id(),
              aggregated.leftOut());
        }
      }
      LOG.info(
          "round {}: computed in {} ms, {} accepted, {} rejected",
          round.number(),
          (System.nanoTime() - began) / 1_000_000,
          result.decision().acceptedIndexes().size(),
          result.decision().rejections().size());
      return result;
    } finally {
      Files.deleteIfExists(out.model());
      Files.deleteIfExists(out.state());
    }
  }

  private Optional<Path> update(UpdateCommitment commitment) {
    return versions.file(commitment.digest());
  }

  private Step submit(LedgerAction action) {
    String name = action.getClass().getSimpleName();
    return switch (ledger.submit(action)) {
      case Outcome.Mined mined -> {
        LOG.info("{} is in block {}", name, mined.block().number());
        actedIn = mined.block().number();
        yield new Step.Done(action, mined);
      }
      case Outcome.Refused refusal when HarmlessRefusals.include(action, refusal) -> {
        LOG.debug("{} was not needed: {}", name, refusal);
        yield new Step.AlreadyDone(action, refusal);
      }
      case Outcome.Refused refusal -> {
        LOG.error("the ledger refused {}: {}", name, refusal);
        yield new Step.Refused(action, refusal);
      }
    };
  }
}
