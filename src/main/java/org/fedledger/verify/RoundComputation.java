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
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.tensor.ModelMetadata;
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

    /** A new version; {@code model} is in the file that was asked for. */
    record Aggregated(Decision decision, Digest model, long modelSize, Digest state, long stateSize)
        implements Result {}

    /** Fewer updates passed the gates than the quorum, so that there is no new version. */
    record TooFewAccepted(Decision decision, int accepted, int quorum) implements Result {}

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
   * @param round with commits closed
   * @param quorum the federation's
   * @throws IllegalArgumentException for a rule that this version does not know
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
    requireKnownRule(plan);
  }

  /** The rule by name and version, such as {@code fedavg/1}. */
  public String rule() {
    return plan.terms().rule().name() + "/" + plan.terms().rule().version();
  }

  /** What the rule multiplies the mean by. */
  double serverRate() {
    return plan.terms().rule().serverRate();
  }

  private static void requireKnownRule(RoundPlan plan) {
    var rule = plan.terms().rule();
    if (!rule.name().equals("fedavg") || rule.version() != 1) {
      throw new IllegalArgumentException(
          "the rule %s/%d is unknown; known is fedavg/1".formatted(rule.name(), rule.version()));
    }
  }

  /**
   * Judges every committed update and aggregates those that pass.
   *
   * @param base the base version's file, its digest already checked
   * @param updates where a file with a committed update's digest is, as was checked, or empty if
   *     there is none
   * @param modelOut where the new version is written; untouched unless there is one
   */
  public Result compute(
      Path base, Function<UpdateCommitment, Optional<Path>> updates, Path modelOut)
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
    return aggregate(base, decision, accepted, modelOut);
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
      Path base, Decision decision, List<WeightedUpdate> accepted, Path modelOut)
      throws IOException {
    ModelMetadata metadata =
        new ModelMetadata(federation, round.version(), round.opening().baseModel());
    return switch (new FedAvg(plan.terms().rule().serverRate(), threads)
        .aggregate(base, accepted, metadata, modelOut)) {
      case AggregationResult.Written w ->
          new Result.Aggregated(decision, w.model().digest(), w.model().size(), Digest.NONE, 0);
      case AggregationResult.NonFinite n -> new Result.NonFinite(decision, n.toString());
    };
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
