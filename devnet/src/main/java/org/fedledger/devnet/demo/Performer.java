package org.fedledger.devnet.demo;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.participant.Participant;
import org.fedledger.client.participant.ParticipantEvent;
import org.fedledger.client.participant.ParticipantSetup;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.types.Address;

/** One participant of a demo: the library that real ones use, on a virtual thread. */
final class Performer implements AutoCloseable {

  private final int index;
  private final ParticipantSetup setup;
  private final Participant participant;
  private final Arrival arrival;
  private final CompletableFuture<Void> trouble;
  private final Map<Long, CompletableFuture<Metrics>> evaluations = new ConcurrentHashMap<>();
  private Thread thread;

  /**
   * @param trouble fails when this participant can no longer take part
   */
  Performer(int index, ParticipantSetup setup, Arrival arrival, CompletableFuture<Void> trouble)
      throws IOException {
    this.index = index;
    this.setup = setup;
    this.arrival = arrival;
    this.trouble = trouble;
    this.participant = new Participant(setup, this::heed);
  }

  Address address() {
    return setup.address();
  }

  void start() {
    thread = Thread.ofVirtual().name("participant-" + index).start(this::run);
  }

  private void run() {
    try {
      participant.run();
    } catch (IOException | InterruptedException | RuntimeException e) {
      trouble.completeExceptionally(e);
    }
  }

  private void heed(ParticipantEvent event) {
    switch (event) {
      case ParticipantEvent.Committing e ->
          arrival.awaitTurn(Arrival.Step.COMMIT, e.round(), index);
      case ParticipantEvent.Committed e -> {
        arrival.done(Arrival.Step.COMMIT, e.round(), index);
        arrival.awaitTurn(Arrival.Step.UPLOAD, e.round(), index);
      }
      case ParticipantEvent.Uploaded e -> arrival.done(Arrival.Step.UPLOAD, e.round(), index);
      case ParticipantEvent.Evaluated e ->
          e.metrics()
              .ifPresent(
                  m -> evaluation(e.version()).complete(new Metrics(m.accuracy(), m.loss())));
      case ParticipantEvent.SatOut e -> fail("takes no part in round %d: %s", e.round(), e.why());
      case ParticipantEvent.Aborted e ->
          fail("saw round %d aborted: %s", e.round(), e.reason().meaning());
      case ParticipantEvent.Pulled _,
          ParticipantEvent.Trained _,
          ParticipantEvent.Recorded _,
          ParticipantEvent.Trouble _ -> {
        // Steps on the way, and waits that end by themselves.
      }
    }
  }

  private void fail(String how, Object... values) {
    trouble.completeExceptionally(
        CommandException.refused(address() + " " + how.formatted(values)));
  }

  /** What this participant reports of a version, once it is final. */
  CompletableFuture<Metrics> evaluation(long version) {
    return evaluations.computeIfAbsent(version, _ -> new CompletableFuture<>());
  }

  /** Stops, and waits until it has. */
  @Override
  public void close() throws IOException, InterruptedException {
    participant.close();
    if (thread != null) {
      thread.join(Cast.STOPPING);
    }
    setup.nodes().forEach(NodeClient::close);
  }
}
