package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.fedledger.gate.Gates;
import org.fedledger.gate.Verdict;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.rule.AggregationResult;
import org.fedledger.rule.BaseFiles;
import org.fedledger.rule.Difference;
import org.fedledger.rule.Rule;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * What a round's commitments, its plan and its base come to: aggregators publish it, verifiers and
 * auditors compare with it.
 */
public final class RoundComputation {

  /** The same for everybody who has the same files. */
  public sealed interface Result {

    Decision decision();

    /**
     * A new version, in the files that were asked for.
     *
     * @param state {@link Digest#NONE}, of size 0, for a rule without state
     * @param leftOut participants whose accepted updates the rule did not choose, by address
     */
    record Aggregated(
        Decision decision,
        Digest model,
        long modelSize,
        Digest state,
        long stateSize,
        List<Address> leftOut)
        implements Result {}

    /** Fewer updates passed the gates than the quorum, so that there is no new version. */
    record TooFewAccepted(Decision decision, int accepted, int quorum) implements Result {}

    /** The quorum passed the gates, but the rule makes nothing of so few updates. */
    record TooFewForRule(Decision decision, int accepted, int fewest) implements Result {}

    /** The updates are finite, their aggregate is not. */
    record NonFinite(Decision decision, String where) implements Result {}
  }

  private final FederationId federation;
  private final RoundPlan plan;
  private final Round round;
  private final int quorum;
  private final int threads;
  private final Gates gates;

  /**
   * With as many threads as the machine has processors.
   *
   * @param round with commits closed, on a base that has a state if the plan's rule takes one
   * @param quorum the federation's
   */
  public RoundComputation(
      FederationId federation, FederationSpec spec, RoundPlan plan, Round round, int quorum) {
    this(federation, spec, plan, round, quorum, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads at least 1; nothing that comes out depends on it
   */
  public RoundComputation(
      FederationId federation,
      FederationSpec spec,
      RoundPlan plan,
      Round round,
      int quorum,
      int threads) {
    this.federation = federation;
    this.plan = plan;
    this.round = round;
    this.quorum = quorum;
    this.threads = threads;
    this.gates =
        new Gates(
            federation,
            round.opening().baseModel(),
            spec.architecture().schema(),
            plan.terms().normBound());
  }

  /** The plan's rule. */
  public Rule rule() {
    return plan.terms().rule();
  }

  /**
   * Judges every committed update and aggregates those that pass.
   *
   * @param updates where a file with a committed update's digest is, as was checked, or empty if
   *     there is none
   * @param out where the new version is written; untouched unless there is one
   */
  public Result compute(
      BaseFiles base,
      Function<UpdateCommitment, Optional<Path>> updates,
      RuleApplication.Target out)
      throws IOException {
    Map<Address, Verdict> verdicts = new TreeMap<>();
    Map<Address, Path> files = new TreeMap<>();
    for (UpdateCommitted committed : round.commitments().values()) {
      UpdateCommitment commitment = committed.commitment();
      Optional<Path> file = updates.apply(commitment);
      verdicts.put(commitment.participant(), judge(commitment, file));
      file.ifPresent(path -> files.put(commitment.participant(), path));
    }
    Decision decision = decision(verdicts);
    List<WeightedUpdate> accepted = new ArrayList<>();
    verdicts.forEach(
        (participant, verdict) -> {
          if (verdict instanceof Verdict.Admitted) {
            long weight = round.commitments().get(participant).commitment().weight();
            accepted.add(new WeightedUpdate(participant, weight, files.get(participant)));
          }
        });
    if (accepted.size() < quorum) {
      return new Result.TooFewAccepted(decision, accepted.size(), quorum);
    }
    return aggregate(base, decision, accepted, out);
  }

  /** What the gates say of one update. */
  public Verdict judge(UpdateCommitment commitment, Optional<Path> file) throws IOException {
    return gates.judge(commitment, file);
  }

  Gates gates() {
    return gates;
  }

  /** Aggregates just those updates, whatever the gates say of them. */
  public Result aggregate(
      BaseFiles base, Decision decision, List<WeightedUpdate> accepted, RuleApplication.Target out)
      throws IOException {
    if (accepted.size() < rule().fewest()) {
      return new Result.TooFewForRule(decision, accepted.size(), rule().fewest());
    }
    return switch (RuleApplication.run(
        rule(), source(base, accepted), newVersion(), out, threads)) {
      case AggregationResult.Written w ->
          new Result.Aggregated(
              decision,
              w.model().digest(),
              w.model().size(),
              w.state().map(BlobId::digest).orElse(Digest.NONE),
              w.state().map(BlobId::size).orElse(0L),
              w.leftOut());
      case AggregationResult.NonFinite n -> new Result.NonFinite(decision, n.toString());
    };
  }

  /**
   * What was done instead, if one change to the round made the published files.
   *
   * @param accepted as they should have been taken
   * @param rejected updates with files of the right form that were not accepted
   * @param work folder for whole aggregates, deleted again
   */
  Optional<String> explain(
      BaseFiles base,
      List<WeightedUpdate> accepted,
      List<WeightedUpdate> rejected,
      Difference.Published published,
      Path work)
      throws IOException {
    return Difference.explain(
        rule(), source(base, accepted), rejected, newVersion(), published, work, threads);
  }

  private static RuleApplication.Source source(BaseFiles base, List<WeightedUpdate> updates) {
    return new RuleApplication.Source(base.model(), base.state(), updates);
  }

  private RuleApplication.NewVersion newVersion() {
    return new RuleApplication.NewVersion(
        federation, round.version(), round.opening().baseModel(), round.opening().baseState());
  }

  private Decision decision(Map<Address, Verdict> verdicts) {
    List<Integer> accepted = new ArrayList<>();
    List<Rejection> rejected = new ArrayList<>();
    verdicts.forEach(
        (participant, verdict) -> {
          int index = round.commitments().get(participant).index();
          switch (verdict) {
            case Verdict.Admitted _ -> accepted.add(index);
            case Verdict.Refused(Reason reason, String _) ->
                rejected.add(new Rejection(index, reason));
          }
        });
    return Decision.of(round.indexes(), accepted, rejected);
  }
}
