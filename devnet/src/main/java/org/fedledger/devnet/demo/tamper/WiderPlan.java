package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.role.ResultProvider;
import org.fedledger.rule.BaseFiles;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobStore;
import org.fedledger.store.CheckedBlob;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.RoundComputation.Result;

/**
 * The coordinator opens a round by a plan that lets an update weigh ten times what the spec allows.
 * Every program sits it out, that of the node too; one participant leaves it at that. The others
 * and the node's operator play it all the same, by code of their own, and so make a version.
 */
final class WiderPlan implements Attack {

  private static final int TIMES = 10;

  private final Stage stage;
  private final Map<Address, Path> updates = new ConcurrentHashMap<>();
  private final Map<Address, CompletableFuture<Void>> uploads = new ConcurrentHashMap<>();
  private volatile RoundPlan wide;
  private volatile Party coordinator;
  private volatile Web3jLedger node;
  private volatile BlobStore store;
  private volatile SigningKey nodeKey;
  private volatile String refusal = "";

  WiderPlan(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return coordinator;
  }

  @Override
  public String deed() {
    return "the coordinator opened round %d by a plan in which an update weighs up to %d times what the spec allows, and others than %s played it"
        .formatted(stage.round(), TIMES, stage.victim().name());
  }

  @Override
  public RoundPlan plan(RoundPlan agreed) {
    PlanTerms terms = agreed.terms();
    wide =
        new RoundPlan(
            agreed.spec(),
            new PlanTerms(
                terms.rule(),
                terms.training(),
                Math.multiplyExact(terms.weightCap(), TIMES),
                terms.normBound(),
                terms.draw(),
                terms.schedule()));
    return wide;
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    node = ledger;
    nodeKey = key;
    return ResultProvider.PROTOCOL;
  }

  @Override
  public void started(BlobStore nodeStore) {
    store = nodeStore;
  }

  @Override
  public void opened(Web3jLedger ledger, SigningKey key) {
    coordinator = new Party("coordinator", key.address());
  }

  @Override
  public WaitedOut waitsOut() {
    return WaitedOut.COMMITS;
  }

  @Override
  public boolean sitsOut(Party participant) {
    return true;
  }

  @Override
  public void satOut(ParticipantAccess access, String why)
      throws IOException, InterruptedException {
    if (access.self().equals(stage.victim())) {
      refusal = why;
      return;
    }
    Round round = access.await(state -> isOpen(state)).round().orElseThrow();
    Path update = Earlier.relabelled(access, round.id(), round.opening().baseModel());
    BlobId id = Blobs.id(update);
    access.commit(
        new UpdateCommitment(
            round.id(),
            0,
            access.self().address(),
            id.digest(),
            id.size(),
            wide.terms().weightCap(),
            0));
    updates.put(access.self().address(), update);
    uploads.put(access.self().address(), access.uploadLater(round.id(), id.digest(), update));
    if (access.self().equals(stage.cheater())) {
      Thread.ofVirtual().name("publication by hand").start(() -> publish(access));
    }
  }

  private boolean isOpen(FederationState state) {
    return state.openRound().filter(round -> round.number() == stage.round()).isPresent();
  }

  private boolean isPublishing(FederationState state) {
    return isOpen(state) && state.openRound().orElseThrow().phase() == Round.Phase.PUBLISHING;
  }

  /**
   * What the node's program refuses to do, its operator does, once the accomplices' files are
   * there.
   *
   * @param access of one of them, who sees what the ledger tells
   */
  private void publish(ParticipantAccess access) {
    try {
      FederationState state = access.await(this::isPublishing);
      uploads.values().forEach(CompletableFuture::join);
      Path folder = Files.createDirectories(access.file("aggregated"));
      RuleApplication.Target out =
          new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
      Result.Aggregated model = aggregate(state, folder, out);
      if (!model.state().isZero()) {
        LocalFiles.store(store, model.state(), out.state());
      }
      LocalFiles.store(store, model.model(), out.model());
      submit(state.round().orElseThrow(), model);
    } catch (IOException | InterruptedException | RuntimeException e) {
      access.trouble().completeExceptionally(e);
    }
  }

  private Result.Aggregated aggregate(
      FederationState state, Path folder, RuleApplication.Target out) throws IOException {
    Round round = state.round().orElseThrow();
    try (BlobFiles.Use use = new BlobFiles(List.of(store), folder).open()) {
      ModelVersion head = state.head();
      BaseFiles base =
          new BaseFiles(
              file(use, head.model(), head.modelSize()),
              head.state().isZero()
                  ? Optional.empty()
                  : Optional.of(file(use, head.state(), head.stateSize())));
      Result result =
          new RoundComputation(
                  state.federation(), stage.spec(), wide, round, state.created().quorum())
              .compute(base, c -> Optional.ofNullable(updates.get(c.participant())), out);
      if (!(result instanceof Result.Aggregated model)) {
        throw new IllegalStateException("the accomplices' updates come to no model: " + result);
      }
      return model;
    }
  }

  private static Path file(BlobFiles.Use use, Digest digest, long size) throws IOException {
    if (!(use.fetch(digest, size) instanceof CheckedBlob.Here here)) {
      throw new IllegalStateException("the base version cannot be had");
    }
    return here.file();
  }

  private void submit(Round round, Result.Aggregated model) {
    if (node.submit(Lies.publishing(node, nodeKey, round, model)) instanceof Outcome.Refused why) {
      throw new IllegalStateException("the ledger refused the publication: " + why);
    }
  }

  /** It is the coordinator whom the audit names, and one participant's program had said why. */
  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    Map<String, String> more = new LinkedHashMap<>();
    more.put("satOut", refusal);
    return evidence
        .falseRecord("coordinator", e -> "weightCap".equals(e.get("changed")))
        .filter(_ -> refusal.startsWith("cannot judge"))
        .map(caught -> caught.and(more));
  }
}
