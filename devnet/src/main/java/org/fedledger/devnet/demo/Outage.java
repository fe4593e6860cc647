package org.fedledger.devnet.demo;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.network.Network;

/** One validator is killed in mid-round, and started again. */
final class Outage {

  private final Network network;
  private final DemoFederation federation;
  private final int validator;
  private final Narrator narrator;
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /**
   * @param validator from 1
   * @throws CommandException if the network has no such validator
   */
  Outage(Network network, DemoFederation federation, int validator, Narrator narrator) {
    this.network = network;
    this.federation = federation;
    this.validator = validator;
    this.narrator = narrator;
    if (validator < 1 || validator > network.validators().size()) {
      throw CommandException.usage(
          "--kill-validator is from 1 to %d, the validators of this network, not %d"
              .formatted(network.validators().size(), validator));
    }
  }

  /** Waits, beside what goes on, for the round's first commitment; then it happens. */
  void begin(long round) {
    Thread.ofVirtual().name("outage").start(() -> happen(round));
  }

  private void happen(long round) {
    try {
      federation.await(
          s -> s.round().filter(r -> r.number() == round && !r.commitments().isEmpty()).isPresent(),
          DemoParties.PATIENCE);
      String name = network.validators().get(validator - 1).name();
      network.killValidator(validator - 1);
      narrator.say("%s was killed in round %d, and is started again", name, round);
      network.restartValidator(validator - 1);
      over.complete(null);
    } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
      over.completeExceptionally(e);
    }
  }

  /**
   * Waits until the validator follows the chain again.
   *
   * @throws IOException if it did not come up
   */
  void awaitOver() throws IOException, InterruptedException {
    try {
      over.get();
    } catch (ExecutionException e) {
      throw new IOException("the validator did not come back: " + e.getCause().getMessage(), e);
    }
  }
}
