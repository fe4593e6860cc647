package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fedledger.client.node.NodeClient;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.tensor.BlobId;
import org.fedledger.training.Evaluator;
import org.fedledger.training.Metrics;
import org.fedledger.training.Randomness;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * Takes part in a federation, round after round. For one thread, except {@link #close}.
 *
 * <p>Every step may be repeated without harm, so a participant may be stopped or killed anywhere
 * and started again on the same work folder.
 */
public final class ParticipantLoop implements AutoCloseable {

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final ParticipantSetup setup;
  private final Address self;
  private final Consumer<ParticipantEvent> listener;
  private final WorkFolder folder;
  private final Randomness randomness;
  private final Pull pull;
  private final Commit commit;
  private final Evaluate evaluate;
  private final ComputeThread compute = new ComputeThread();

  private final Set<RoundId> satOut = new HashSet<>();
  private final Set<Digest> evaluated = new HashSet<>();
  private Optional<Sent> sent = Optional.empty();
  private Optional<RoundId> lastRound = Optional.empty();
  private boolean later;

  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean closed;
  private boolean running;
  private volatile LedgerFollower follower;

  /** A commitment that was mined, and where; with confirmations it is seen only later. */
  private record Sent(RoundId round, BlockRef block) {}

  /**
   * Opens the work folder.
   *
   * @param listener told of every step
   * @throws IOException if the work folder cannot be used, or another participant uses it
   */
  public ParticipantLoop(ParticipantSetup setup, Consumer<ParticipantEvent> listener)
      throws IOException {
    this.setup = setup;
    this.self = setup.address();
    this.listener = listener;
    this.folder = WorkFolder.open(setup.work());
    this.randomness =
        setup.randomness().isPresent() ? setup.randomness().get() : folder.randomness();
    this.pull = new Pull(setup.ledger().domain(), folder, setup.nodes());
    this.commit = new Commit(setup.ledger());
    this.evaluate = new Evaluate(setup.ledger().domain(), self, setup.key(), folder, setup.nodes());
  }

  /** Takes part until the federation closes or {@link #close} is called. */
  public void run() throws IOException, InterruptedException {
    run(_ -> false);
  }

  /** Takes part until that many versions were made in all, and evaluates the last one too. */
  public void runUntilVersion(long version) throws IOException, InterruptedException {
    run(state -> state.head().version() >= version);
  }

  /**
   * Takes part until the federation closes, {@link #close} is called, or {@code enough} holds and
   * no step is left to do.
   *
   * @throws IOException if the disk refuses; nodes and ledgers out of reach are waited for
   */
  public void run(Predicate<FederationState> enough) throws IOException, InterruptedException {
    if (!begin()) {
      return;
    }
    try {
      Optional<FederationSpec> spec = spec();
      if (spec.isPresent()) {
        run(spec.get(), enough);
      }
    } catch (InterruptedException e) {
      if (!closed) {
        throw e;
      }
    } finally {
      end();
    }
  }

  private void run(FederationSpec spec, Predicate<FederationState> enough)
      throws IOException, InterruptedException {
    try (LedgerFollower following = new LedgerFollower(setup.ledger(), spec.confirmations())) {
      follower = following;
      following.start();
      follow(following, spec, enough);
    }
  }

  private void follow(
      LedgerFollower following, FederationSpec spec, Predicate<FederationState> enough)
      throws IOException, InterruptedException {
    Duration wait = SHORTEST_WAIT;
    while (!closed) {
      Optional<FederationState> state = Optional.empty();
      later = false;
      try {
        state = Optional.of(following.state());
        look(state.get(), spec);
        if (!later && (state.get().closed() || enough.test(state.get()))) {
          return;
        }
      } catch (LedgerUnreachableException e) {
        later = true;
        trouble(e.getMessage());
      }
      wait = later ? longer(wait) : SHORTEST_WAIT;
      pause(following, state.map(FederationState::at), later ? wait : LONGEST_WAIT);
    }
  }

  private static Duration longer(Duration wait) {
    Duration doubled = wait.multipliedBy(2);
    return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
  }

  /** Until there is a new block, or the time is over. */
  private void pause(LedgerFollower following, Optional<BlockRef> seen, Duration atMost)
      throws InterruptedException {
    try {
      following.await(s -> !Optional.of(s.at()).equals(seen), atMost);
    } catch (TimeoutException e) {
      // Then it is looked at again all the same.
    } catch (IllegalStateException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  /** The spec, waited for if need be; empty if closed before it came. */
  private Optional<FederationSpec> spec() throws IOException, InterruptedException {
    Duration wait = SHORTEST_WAIT;
    while (!closed) {
      try (LedgerFollower once = new LedgerFollower(setup.ledger(), 0)) {
        switch (pull.spec(once.refresh())) {
          case Result.Done<FederationSpec>(FederationSpec spec) -> {
            return Optional.of(spec);
          }
          case Result.Later<FederationSpec>(String why) -> trouble(why);
          case Result.SitOut<FederationSpec>(String why) -> throw new IOException(why);
        }
      } catch (LedgerUnreachableException e) {
        trouble(e.getMessage());
      }
      if (stop.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        break;
      }
      wait = longer(wait);
    }
    return Optional.empty();
  }

  /** Does all that can be done in this state. */
  private void look(FederationState state, FederationSpec spec)
      throws IOException, InterruptedException {
    evaluate(state, spec);
    Optional<Round> round = state.round().filter(r -> r.drawn().contains(self));
    if (round.isEmpty() || satOut.contains(round.get().id())) {
      return;
    }
    switch (round.get().phase()) {
      case COMMITTING -> commit(state, round.get(), spec);
      case PUBLISHING, ATTESTING -> upload(round.get());
      case FINAL -> {}
      case ABORTED -> aborted(round.get());
    }
  }

  private void aborted(Round round) {
    if (!lastRound.equals(Optional.of(round.id()))) {
      lastRound = Optional.of(round.id());
      round.abortReason().ifPresent(why -> tell(new ParticipantEvent.Aborted(round.number(), why)));
    }
  }

  private void commit(FederationState state, Round round, FederationSpec spec)
      throws IOException, InterruptedException {
    Optional<Digest> standing = Commit.onLedger(state, round.id(), self);
    RoundFolder kept = folder.round(round.id());
    if (standing.isPresent()) {
      if (!kept.commitment().map(UpdateCommitment::digest).equals(standing)) {
        sitOut(round, "the ledger has an update of this round that this work folder lacks");
      }
      return;
    }
    boolean unseen =
        sent.filter(s -> s.round().equals(round.id()) && s.block().number() > state.at().number())
            .isPresent();
    if (!unseen) {
      step(round, pulled(state, round, spec), task -> work(round, task));
    }
  }

  private Result<RoundTask> pulled(FederationState state, Round round, FederationSpec spec)
      throws IOException {
    Address signer = round.members().get(self).signer();
    if (!signer.equals(setup.key().address())) {
      return new Result.SitOut<>(
          "the ledger knows %s as this participant's signing key, not %s"
              .formatted(signer, setup.key().address()));
    }
    if (state.at().timestamp() > round.opening().commitDeadline()) {
      return new Result.SitOut<>("the deadline for commitments has passed");
    }
    return pull.round(state, round, spec, self);
  }

  private void work(Round round, RoundTask task) throws IOException, InterruptedException {
    tell(new ParticipantEvent.Pulled(task));
    step(
        round,
        pull.files(task),
        files -> {
          RoundWork work = new RoundWork(task, files, folder.round(task.roundId()));
          step(round, trained(work), update -> sign(round, work, update));
        });
  }

  private Result<BlobId> trained(RoundWork work) throws IOException, InterruptedException {
    return compute.run(() -> work.train(setup.trainer(), randomness));
  }

  private void sign(Round round, RoundWork work, BlobId update)
      throws IOException, InterruptedException {
    tell(new ParticipantEvent.Trained(round.number(), update));
    Result<SignedCommitment> signed =
        work.sign(
            setup.key(), recorded -> tell(new ParticipantEvent.Recorded(round.number(), recorded)));
    step(round, signed, s -> send(round, s));
  }

  private void send(Round round, SignedCommitment signed) throws IOException, InterruptedException {
    tell(new ParticipantEvent.Committing(round.number(), signed));
    step(
        round,
        commit.send(signed),
        mined -> {
          sent = mined.map(Outcome.Mined::block).map(block -> new Sent(round.id(), block));
          tell(new ParticipantEvent.Committed(round.number(), signed.commitment(), mined));
        });
  }

  private void upload(Round round) throws IOException, InterruptedException {
    if (!round.commitments().containsKey(self)) {
      sitOut(round, "commits closed before this participant's update was on the ledger");
      return;
    }
    RoundFolder kept = folder.round(round.id());
    UpdateCommitment commitment = round.commitments().get(self).commitment();
    if (!kept.commitment().equals(Optional.of(commitment))) {
      sitOut(round, "the ledger has an update of this round that this work folder lacks");
      return;
    }
    for (NodeClient node : setup.nodes()) {
      if (kept.receipt(node.address()).isEmpty()) {
        step(
            round,
            new Upload(kept).to(node, round, commitment),
            receipt -> uploaded(round, node, receipt));
      }
    }
  }

  private void uploaded(Round round, NodeClient node, SignedReceipt receipt) {
    tell(new ParticipantEvent.Uploaded(round.number(), node.address(), receipt));
  }

  private void evaluate(FederationState state, FederationSpec spec)
      throws IOException, InterruptedException {
    ModelVersion head = state.head();
    if (evaluated.contains(head.model())) {
      return;
    }
    Optional<Metrics> metrics = Optional.empty();
    Optional<Evaluator> evaluator = setup.trainer().evaluator();
    if (evaluator.isPresent()) {
      metrics = evaluate.before(head.version(), head.model());
      if (metrics.isEmpty()) {
        Result<Path> model = pull.head(state, spec);
        if (!(model instanceof Result.Done<Path>(Path file))) {
          retry(model);
          return;
        }
        metrics =
            Optional.of(compute.run(() -> evaluator.get().evaluate(spec.architecture(), file)));
        evaluate.keep(head.version(), head.model(), metrics.get());
      }
      Result<Metrics> posted = evaluate.post(state.federation(), head.version(), metrics.get());
      if (!(posted instanceof Result.Done<Metrics>)) {
        retry(posted);
        return;
      }
    }
    evaluated.add(head.model());
    tell(new ParticipantEvent.Evaluated(head.version(), metrics));
  }

  private void retry(Result<?> result) {
    if (result instanceof Result.Later<?>(String why)) {
      later = true;
      trouble(why);
    }
  }

  private interface Next<T> {
    void go(T value) throws IOException, InterruptedException;
  }

  private <T> void step(Round round, Result<T> result, Next<T> next)
      throws IOException, InterruptedException {
    switch (result) {
      case Result.Done<T>(T value) -> next.go(value);
      case Result.Later<T> _ -> retry(result);
      case Result.SitOut<T>(String why) -> sitOut(round, why);
    }
  }

  private void sitOut(Round round, String why) {
    if (satOut.add(round.id())) {
      tell(new ParticipantEvent.SatOut(round.number(), why));
    }
  }

  private void trouble(String what) {
    tell(new ParticipantEvent.Trouble(what));
  }

  private void tell(ParticipantEvent event) {
    listener.accept(event);
  }

  private synchronized boolean begin() {
    if (running) {
      throw new IllegalStateException("this participant runs already");
    }
    running = !closed;
    return running;
  }

  private synchronized void end() throws IOException {
    running = false;
    if (closed) {
      folder.close();
    }
  }

  /**
   * Stops: {@link #run} returns after the request that is under way. The work folder is free as
   * soon as it has.
   */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    stop.countDown();
    LedgerFollower following = follower;
    if (following != null) {
      following.close();
    }
    compute.close();
    if (!running) {
      folder.close();
    }
  }
}
