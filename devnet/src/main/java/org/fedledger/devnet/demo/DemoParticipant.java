package org.fedledger.devnet.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.participant.ParticipantRunner;
import org.fedledger.client.participant.ParticipantSetup;
import org.fedledger.client.participant.ParticipantWatcher;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.role.ParticipantEvent;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.types.Address;

/**
 * One participant of a demo: the library that real ones use. On a platform thread, since training
 * computes long in native code, which would hold a virtual one's.
 */
final class DemoParticipant implements AutoCloseable {

  private final int index;
  private final ParticipantSetup setup;
  private final ParticipantRunner participant;
  private final Arrival arrival;
  private final Optional<FraudPart> part;
  private final CompletableFuture<Void> trouble;
  private final List<SignedReceipt> receipts = new CopyOnWriteArrayList<>();
  private final Map<Long, CompletableFuture<Metrics>> evaluations = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<Void>> uploads = new ConcurrentHashMap<>();

  /** How many nodes have the update of a round; on this participant's thread. */
  private final Map<Long, Integer> reached = new HashMap<>();

  private Thread thread;
  private RoundTask task;

  /**
   * @param part its part in a fraud, where there is one
   * @param trouble fails when this participant can no longer take part
   */
  DemoParticipant(
      int index,
      ParticipantSetup setup,
      Arrival arrival,
      Optional<FraudPart> part,
      CompletableFuture<Void> trouble)
      throws IOException {
    this.index = index;
    this.setup = setup;
    this.arrival = arrival;
    this.part = part;
    this.trouble = trouble;
    this.participant = new ParticipantRunner(setup, new Heed());
  }

  Address address() {
    return setup.address();
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("participant-" + index).start(this::run);
  }

  private void run() {
    try {
      participant.run();
    } catch (InterruptedException | RuntimeException | Error e) {
      trouble.completeExceptionally(e);
    }
  }

  /** Ends the demo where a step failed for another reason than a ledger that is away. */
  private final class Heed implements ParticipantWatcher {
    @Override
    public void happened(ParticipantEvent event) {
      heed(event);
    }

    @Override
    public void failed(Exception why, Duration pause) {
      if (!(why instanceof LedgerUnreachableException)) {
        trouble.completeExceptionally(why);
      }
    }
  }

  private void heed(ParticipantEvent event) {
    switch (event) {
      case ParticipantEvent.Pulled e -> task = e.task();
      case ParticipantEvent.Trained _ -> part.ifPresent(r -> r.trained(task));
      case ParticipantEvent.Committing e -> {
        part.ifPresent(r -> r.committing(e.round()));
        arrival.awaitTurn(Arrival.Step.COMMIT, e.round(), index);
      }
      case ParticipantEvent.Committed e -> {
        arrival.done(Arrival.Step.COMMIT, e.round(), index);
        arrival.awaitTurn(Arrival.Step.UPLOAD, e.round(), index);
      }
      case ParticipantEvent.Uploaded e -> {
        receipts.add(e.receipt());
        arrival.done(Arrival.Step.UPLOAD, e.round(), index);
        uploaded(e);
      }
      case ParticipantEvent.Evaluated e ->
          evaluation(e.version()).complete(new Metrics(e.metrics().accuracy(), e.metrics().loss()));
      case ParticipantEvent.NotMeasurable e ->
          fail("cannot measure version %d: %s", e.version(), e.why());
      case ParticipantEvent.SatOut e -> satOut(e);
      case ParticipantEvent.Aborted e ->
          fail("saw round %d aborted: %s", e.round(), e.reason().meaning());
      case ParticipantEvent.Recorded _ -> {
        // A step on the way.
      }
    }
  }

  private void uploaded(ParticipantEvent.Uploaded e) {
    if (reached.merge(e.round(), 1, Integer::sum) == setup.nodes().size()) {
      uploads(e.round()).complete(null);
    }
  }

  /** Is done when every node has this participant's update of that round, or none is to come. */
  CompletableFuture<Void> uploads(long round) {
    return uploads.computeIfAbsent(round, _ -> new CompletableFuture<>());
  }

  private void satOut(ParticipantEvent.SatOut e) {
    if (part.filter(r -> r.excuses(e.round())).isPresent()) {
      part.get().satOut(e.round(), e.why());
      arrival.done(Arrival.Step.COMMIT, e.round(), index);
      arrival.done(Arrival.Step.UPLOAD, e.round(), index);
      uploads(e.round()).complete(null);
      return;
    }
    fail("takes no part in round %d: %s", e.round(), e.why());
  }

  private void fail(String how, Object... values) {
    trouble.completeExceptionally(
        CommandException.refused(address() + " " + how.formatted(values)));
  }

  /** What this participant reports of a version, once it is final. */
  CompletableFuture<Metrics> evaluation(long version) {
    return evaluations.computeIfAbsent(version, _ -> new CompletableFuture<>());
  }

  /** What nodes have signed for it. */
  List<SignedReceipt> receipts() {
    return receipts;
  }

  /** Stops, and waits until it has. */
  @Override
  public void close() throws InterruptedException {
    participant.close();
    if (thread != null) {
      thread.join(DemoParties.STOPPING);
    }
    setup.nodes().forEach(NodeClient::close);
  }
}
