package org.fedledger.client.participant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.fedledger.client.node.NodePeer;
import org.fedledger.client.node.NodeReplica;
import org.fedledger.client.node.Requester;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round;
import org.fedledger.role.Closer;
import org.fedledger.role.Concurrency;
import org.fedledger.role.EvaluationBoard;
import org.fedledger.role.Participant;
import org.fedledger.role.ParticipantEvent;
import org.fedledger.role.Peer;
import org.fedledger.role.Replica;
import org.fedledger.role.Replicator;
import org.fedledger.role.Role;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.Step;
import org.fedledger.role.VersionEvaluator;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.training.Randomness;
import org.fedledger.training.UnfitDataException;

/**
 * Takes part in a federation, round after round, from a work folder and with nodes. For one thread,
 * except {@link #close}.
 *
 * <p>Every step may be repeated without harm, so a participant may be stopped or killed anywhere
 * and started again on the same work folder.
 */
public final class ParticipantRunner implements AutoCloseable {

  /** Files may come without word from the ledger. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final ParticipantWatcher watcher;
  private final WorkFolder folder;
  private final int keptUpdates;
  private final BlobFiles blobs;
  private final Participant participant;
  private final Optional<VersionEvaluator> evaluator;
  private final RoleLoop loop;

  /** What may be done for others in need, beside one's own part. */
  private final RoleLoop helping;

  private String lastWhy = "";
  private volatile LedgerFollower follower;
  private Thread running;
  private Optional<UnfitDataException> unfit = Optional.empty();
  private boolean closed;

  /**
   * Opens the work folder.
   *
   * @throws IOException if the work folder cannot be used, or another participant uses it
   */
  public ParticipantRunner(ParticipantSetup setup, ParticipantWatcher watcher) throws IOException {
    this.ledger = setup.ledger();
    this.watcher = watcher;
    this.folder = WorkFolder.open(setup.work());
    this.keptUpdates = setup.keptUpdates();
    this.blobs = folder.blobs(setup.nodes());
    Randomness randomness =
        setup.randomness().isPresent() ? setup.randomness().get() : folder.randomness();
    Requester self = new Requester(setup.address(), setup.key());
    List<NodePeer> nodes = setup.nodes().stream().map(node -> new NodePeer(node, self)).toList();
    this.participant =
        new Participant(
            ledger,
            setup.address(),
            setup.key(),
            blobs,
            List.<Peer>copyOf(nodes),
            setup.trainer(),
            randomness,
            round -> randomness.nonce(round, setup.address()),
            folder,
            Concurrency.threads(LOOK_EVERY),
            this::happened);
    this.evaluator =
        setup
            .trainer()
            .evaluator()
            .map(
                measuring ->
                    new VersionEvaluator(
                        ledger.domain(),
                        setup.address(),
                        setup.key(),
                        blobs,
                        measuring,
                        folder,
                        List.<EvaluationBoard>copyOf(nodes),
                        Concurrency.threads(LOOK_EVERY),
                        this::happened));
    this.helping =
        new RoleLoop(
            "helper",
            Role.inTurn(
                Closer.patient(ledger, setup.address()),
                new Replicator(
                    new FolderBlobSource(folder.blobs()),
                    setup.nodes().stream().<Replica>map(NodeReplica::new).toList(),
                    Concurrency.threads(LOOK_EVERY))),
            () -> Optional.ofNullable(follower).map(LedgerFollower::state),
            LOOK_EVERY,
            helper(watcher));
    this.loop = new RoleLoop("participant", this::step, this::state, LOOK_EVERY, watcher);
  }

  /** Of what is done for others, only what is on the ledger is told. */
  private static RoleLoop.Watcher helper(ParticipantWatcher watcher) {
    return new RoleLoop.Watcher() {
      @Override
      public void stepped(Step step) {
        if (step instanceof Step.Submitted) {
          watcher.stepped(step);
        }
      }

      @Override
      public void died(Error why) {
        watcher.died(why);
      }
    };
  }

  /** What a person sees of a participant later stands in its folder before it is told. */
  private void happened(ParticipantEvent event) {
    try {
      switch (event) {
        case ParticipantEvent.Pulled(var task) -> {
          folder.begin(task);
          folder.forgetUpdates(task.round(), keptUpdates);
        }
        case ParticipantEvent.Committing(var _, var signed) ->
            folder.round(signed.commitment().roundId()).keep(signed.signature());
        default -> {
          // The roles themselves keep what they must not forget.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    watcher.happened(event);
  }

  /** What no repetition mends ends the run. */
  private Step step(FederationState state) throws IOException {
    try {
      return next(state);
    } catch (UnfitDataException e) {
      unfit = Optional.of(e);
      return new Step.Did("found that the data do not fit");
    }
  }

  /**
   * Measures what is final first, since rounds build on it; but a node that lets it wait for its
   * answer must not use up the time for uploads.
   */
  private Step next(FederationState state) throws IOException {
    boolean revealing =
        state.openRound().filter(round -> round.phase() != Round.Phase.COMMITTING).isPresent();
    Role both =
        revealing
            ? Role.inTurn(participant, this::evaluate)
            : Role.inTurn(this::evaluate, participant);
    return both.step(state);
  }

  /** Idle without a word where there is nothing to measure. */
  private Step evaluate(FederationState state) throws IOException {
    return isEvaluated(state) ? new Step.Idle("") : evaluator.orElseThrow().step(state);
  }

  private boolean isEvaluated(FederationState state) {
    return evaluator.isEmpty() || evaluator.get().isDone(state);
  }

  /** The ledger at the depth that the spec asks for, waited for where no node has the spec yet. */
  private Optional<FederationState> state() {
    if (follower == null) {
      switch (SpecLookup.on(ledger, blobs.places())) {
        case SpecLookup.Found.Present(FederationSpec spec) -> follow(spec.confirmations());
        // Of such a spec each round's step tells.
        case SpecLookup.Found.Invalid _ -> follow(0);
        case SpecLookup.Found.Absent(String why) -> {
          if (!why.equals(lastWhy)) {
            watcher.waiting(why);
          }
          lastWhy = why;
          return Optional.empty();
        }
      }
    }
    return Optional.of(follower.state());
  }

  private synchronized void follow(int confirmations) {
    LedgerFollower following = new LedgerFollower(ledger, confirmations);
    following.onState(_ -> loop.nudge());
    following.onTrouble(e -> watcher.waiting("the ledger: " + e.getMessage()));
    if (!closed) {
      following.start();
    }
    follower = following;
  }

  /** Takes part until the federation closes or {@link #close} is called. */
  public void run() throws InterruptedException {
    run(_ -> false);
  }

  /** Takes part until that many versions were made in all, and evaluates the last one too. */
  public void runUntilVersion(long version) throws InterruptedException {
    run(state -> state.head().version() >= version);
  }

  /**
   * Takes part until the federation closes, {@link #close} is called, or {@code enough} holds; in
   * each case but the second the last version is evaluated.
   *
   * @throws UnfitDataException if the trainer's data do not fit the federation's model
   */
  public void run(Predicate<FederationState> enough) throws InterruptedException {
    if (begin()) {
      helping.start();
      try {
        loop.run(
            state ->
                unfit.isPresent() || (state.closed() || enough.test(state)) && isEvaluated(state));
      } finally {
        helping.close();
        end();
      }
      if (unfit.isPresent()) {
        throw unfit.get();
      }
    }
  }

  private synchronized boolean begin() {
    if (running != null) {
      throw new IllegalStateException("this participant runs already");
    }
    running = closed ? null : Thread.currentThread();
    return !closed;
  }

  private void end() throws InterruptedException {
    boolean stopped;
    synchronized (this) {
      running = null;
      stopped = closed;
    }
    // The interrupt was this participant's own if it was closed.
    if (Thread.interrupted() && !stopped) {
      throw new InterruptedException();
    }
    if (stopped) {
      release();
    }
  }

  private void release() {
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Stops: {@link #run} returns as soon as what is under way was interrupted. The work folder is
   * free then.
   */
  @Override
  public synchronized void close() {
    closed = true;
    loop.close();
    if (follower != null) {
      follower.close();
    }
    if (running == null) {
      release();
    } else {
      running.interrupt();
    }
  }
}
