package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.ResultProvider.Task;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.RoundComputation.Result;

/** What a dishonest aggregator may compute in place of the protocol's result. */
final class Lies {

  private Lies() {}

  /** The last weight of the honest model is the next float above. */
  static Result oneUlpOff(Task task) throws IOException {
    if (!(ResultProvider.PROTOCOL.compute(task) instanceof Result.Aggregated model)) {
      throw new IllegalStateException("the honest updates come to no model");
    }
    AlteredFiles.changeLast(task.out().model(), Math::nextUp);
    return new Result.Aggregated(
        model.decision(),
        Blobs.id(task.out().model()).digest(),
        model.modelSize(),
        model.state(),
        model.stateSize(),
        model.leftOut());
  }

  /** A model as an aggregator puts it on the ledger, signed. */
  static LedgerAction publishing(
      Ledger ledger, SigningKey key, Round round, Result.Aggregated model) {
    Publication publication =
        new Publication(
            round.id(),
            round.nextAttempt(),
            model.model(),
            model.modelSize(),
            model.state(),
            model.stateSize(),
            model.decision().digest());
    return new LedgerAction.Publish(
        publication, model.decision(), ledger.domain().sign(publication, key));
  }

  /** One participant's update counts several times as much as it signed for. */
  static ResultProvider weighing(Address favourite, long times) {
    return task ->
        aggregate(
            task,
            honestDecision(task),
            u ->
                u.participant().equals(favourite)
                    ? new WeightedUpdate(u.participant(), u.weight() * times, u.file())
                    : u);
  }

  /** One bit of an update is flipped in a copy that is aggregated in its place. */
  static ResultProvider flippingIn(Address participant) {
    return task -> {
      Path copy = task.out().model().resolveSibling("flipped-" + task.round().number());
      try {
        return aggregate(
            task,
            honestDecision(task),
            u -> u.participant().equals(participant) ? flipped(u, copy) : u);
      } finally {
        Files.deleteIfExists(copy);
      }
    };
  }

  private static WeightedUpdate flipped(WeightedUpdate update, Path copy) throws IOException {
    Files.copy(update.file(), copy, StandardCopyOption.REPLACE_EXISTING);
    AlteredFiles.changeLast(copy, AlteredFiles::flip);
    return new WeightedUpdate(update.participant(), update.weight(), copy);
  }

  /** Two updates are exchanged: each counts with the other's weight. */
  static ResultProvider exchanging(Address one, Address other) {
    return task -> {
      Map<Address, Path> files = files(task);
      return aggregate(
          task,
          honestDecision(task),
          u -> {
            Address from = u.participant();
            Address used = from.equals(one) ? other : from.equals(other) ? one : from;
            return new WeightedUpdate(from, u.weight(), files.get(used));
          });
    };
  }

  /** One participant's update is left out, for a reason that is not so. */
  static ResultProvider rejecting(Address participant, Reason pretext) {
    return task -> aggregate(task, without(task, participant, List.of(pretext)), u -> u);
  }

  /** One participant's update is neither accepted nor rejected. */
  static Result forgetting(Task task, Address participant) throws IOException {
    return aggregate(task, without(task, participant, List.of()), u -> u);
  }

  /** An update is accepted whatever the gates say of it. */
  static ResultProvider accepting(Address participant) {
    return task -> {
      Result result = aggregate(task, decision(task, participant, true, List.of()), u -> u);
      return result instanceof Result.NonFinite
          ? pretending(task, participant, result.decision())
          : result;
    };
  }

  /** No model comes of that update, so that the others' is published in its name. */
  private static Result pretending(Task task, Address participant, Decision decision)
      throws IOException {
    Decision others = decision(task, participant, false, List.of());
    if (!(aggregate(task, others, u -> u) instanceof Result.Aggregated a)) {
      throw new IllegalStateException("the honest updates come to no model");
    }
    return new Result.Aggregated(
        decision, a.model(), a.modelSize(), a.state(), a.stateSize(), a.leftOut());
  }

  private static Decision without(Task task, Address participant, List<Reason> pretext)
      throws IOException {
    return decision(task, participant, false, pretext);
  }

  /** The honest decision, save that of one participant. */
  private static Decision decision(
      Task task, Address participant, boolean accept, List<Reason> pretext) throws IOException {
    int index = task.round().commitments().get(participant).index();
    Decision honest = honestDecision(task);
    List<Integer> accepted = new ArrayList<>(honest.acceptedIndexes());
    List<Rejection> rejected = new ArrayList<>(honest.rejections());
    accepted.remove((Integer) index);
    rejected.removeIf(r -> r.index() == index);
    if (accept) {
      accepted.add(index);
    }
    pretext.forEach(reason -> rejected.add(new Rejection(index, reason)));
    return Decision.of(task.round().indexes(), accepted, rejected);
  }

  private static Decision honestDecision(Task task) throws IOException {
    Path folder = task.out().model().resolveSibling("unused-" + task.round().number());
    Files.createDirectories(folder);
    RuleApplication.Target unused =
        new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
    try {
      return computation(task).compute(task.base(), task.updates(), unused).decision();
    } finally {
      Files.deleteIfExists(unused.model());
      Files.deleteIfExists(unused.state());
      Files.delete(folder);
    }
  }

  /** One update in place of another. */
  private interface Change {
    WeightedUpdate of(WeightedUpdate update) throws IOException;
  }

  /** Aggregates what the decision accepts, after a change to each. */
  private static Result aggregate(Task task, Decision decision, Change change) throws IOException {
    Map<Address, Path> files = files(task);
    List<WeightedUpdate> updates = new ArrayList<>();
    for (UpdateCommitted committed : task.round().commitments().values()) {
      UpdateCommitment c = committed.commitment();
      if (decision.accepts(committed.index())) {
        updates.add(
            change.of(new WeightedUpdate(c.participant(), c.weight(), files.get(c.participant()))));
      }
    }
    return computation(task).aggregate(task.base(), decision, updates, task.out());
  }

  private static Map<Address, Path> files(Task task) {
    Map<Address, Path> files = new TreeMap<>();
    for (UpdateCommitted committed : task.round().commitments().values()) {
      task.updates()
          .apply(committed.commitment())
          .ifPresent(file -> files.put(committed.commitment().participant(), file));
    }
    return files;
  }

  private static RoundComputation computation(Task task) {
    return new RoundComputation(
        task.federation(), task.spec(), task.plan(), task.round(), task.quorum());
  }
}
