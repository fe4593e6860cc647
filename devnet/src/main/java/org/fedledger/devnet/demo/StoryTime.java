package org.fedledger.devnet.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.fedledger.devnet.demo.tamper.WaitedOut;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.role.RoundWindows;

/**
 * The times of a round in which a fraud is played.
 *
 * <p>Where the chain's time can be moved, windows are as wide as in any round, and go by when all
 * has happened that must come before; so no slow machine changes the story. Elsewhere they are
 * short.
 */
record StoryTime(DemoFederation federation, DemoParties parties, WaitedOut what) {

  private static final Duration SHORT = Duration.ofSeconds(20);

  RoundWindows windows() {
    RoundWindows usual = DemoFederation.WINDOWS;
    if (federation.network().passesTime()) {
      return usual;
    }
    return switch (what) {
      case NOTHING -> usual;
      case COMMITS ->
          new RoundWindows(
              SHORT, usual.reveal(), usual.publication(), usual.attestation(), usual.attempts());
      case REVEAL ->
          new RoundWindows(
              usual.commit(), SHORT, usual.publication(), usual.attestation(), usual.attempts());
      case HALF_OF_ATTESTATION ->
          new RoundWindows(
              usual.commit(),
              usual.reveal(),
              usual.publication(),
              SHORT.multipliedBy(2),
              usual.attempts());
    };
  }

  /**
   * Lets it go by.
   *
   * @param round that is open
   */
  void waitOut(long round) throws IOException, InterruptedException, TimeoutException {
    Network network = federation.network();
    if (what == WaitedOut.NOTHING || !network.passesTime()) {
      return;
    }
    Duration window =
        switch (what) {
          case NOTHING -> Duration.ZERO;
          case COMMITS -> {
            parties.awaitUploads(round);
            yield windows().commit();
          }
          case REVEAL -> {
            parties.awaitUploads(round);
            yield windows().reveal();
          }
          case HALF_OF_ATTESTATION -> {
            federation.await(state -> isPublished(state, round), DemoParties.PATIENCE);
            yield windows().attestation().dividedBy(2);
          }
        };
    network.passTime(window.plusSeconds(1));
  }

  private static boolean isPublished(FederationState state, long number) {
    return state
        .round()
        .filter(round -> round.number() == number)
        .flatMap(Round::pending)
        .isPresent();
  }
}
