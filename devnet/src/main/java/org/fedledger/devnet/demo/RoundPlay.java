package org.fedledger.devnet.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.contracts.Rpc;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.devnet.demo.DemoReport.RejectedUpdate;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.ModelPublished;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round;
import org.fedledger.role.RoundWindows;
import org.fedledger.signing.Decision;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.RoundPlan;
import org.fedledger.types.Address;

/** Plays rounds one after the other, and reads from the ledger what became of each. */
final class RoundPlay {

  private static final Duration PATIENCE = DemoParties.PATIENCE;

  private final DemoFederation federation;
  private final DemoParties parties;
  private final Rpc rpc;

  /** What happens in a round besides. */
  interface Opened {
    void run() throws IOException, InterruptedException, TimeoutException;
  }

  RoundPlay(DemoFederation federation, DemoParties parties, Rpc rpc) {
    this.federation = federation;
    this.parties = parties;
    this.rpc = rpc;
  }

  /**
   * Opens the round, and waits until it has ended and every participant has evaluated its model.
   *
   * @param windows how long each part of it may take
   * @param opened run once the round is open
   * @throws CommandException if it was aborted
   */
  PlayedRound play(long number, RoundPlan plan, RoundWindows windows, Opened opened)
      throws IOException, InterruptedException, TimeoutException {
    long began = System.nanoTime();
    federation.openRound(number, plan, windows);
    opened.run();
    Map<Address, Metrics> metrics = parties.evaluations(number);
    FederationState state = federation.await(s -> ended(s, number), PATIENCE);
    Round round = state.round().orElseThrow();
    Candidate decided =
        round
            .decided()
            .filter(_ -> round.phase() == Round.Phase.FINAL)
            .orElseThrow(() -> aborted(round));
    double seconds = (System.nanoTime() - began) / 1e6 / 1e3;
    Metrics mean = Metrics.mean(metrics.values());
    return new PlayedRound(
        LedgerRetry.untilReached(() -> read(round, decided, state, mean, seconds)), round, metrics);
  }

  private static CommandException aborted(Round round) {
    return CommandException.refused(
        "round %d was aborted: %s"
            .formatted(
                round.number(), round.abortReason().map(AbortReason::meaning).orElse("unknown")));
  }

  private static boolean ended(FederationState state, long number) {
    return state
        .round()
        .filter(round -> round.number() == number && round.phase().ended())
        .isPresent();
  }

  private DemoReport.RoundEntry read(
      Round round, Candidate decided, FederationState state, Metrics metrics, double seconds) {
    List<UpdateCommitment> updates = new ArrayList<>();
    List<Long> commitGas = new ArrayList<>();
    long publishGas = 0;
    for (RecordedEvent recorded : events(round, state)) {
      switch (recorded.event()) {
        case UpdateCommitted committed -> {
          updates.add(committed.commitment());
          commitGas.add(gasOf(recorded));
        }
        case ModelPublished _ -> publishGas = gasOf(recorded);
        default -> {
          // What the coordinator and passers-by pay is not counted.
        }
      }
    }
    return new DemoReport.RoundEntry(
        round.number(),
        state.head().version(),
        state.head().model(),
        updates,
        accepted(round, decided),
        rejected(round, decided),
        metrics,
        commitGas,
        publishGas,
        seconds);
  }

  private long gasOf(RecordedEvent recorded) {
    return rpc.gasUsed(List.of(recorded.transaction())).get(recorded.transaction());
  }

  private List<RecordedEvent> events(Round round, FederationState state) {
    List<RecordedEvent> events = new ArrayList<>();
    LedgerFeed.events(federation.coordinator(), round.openedAt().number(), state.at())
        .forEach(events::add);
    return events;
  }

  private static List<Address> accepted(Round round, Candidate decided) {
    Decision decision = decided.record().decision();
    return round.commitments().values().stream()
        .filter(committed -> decision.accepts(committed.index()))
        .map(committed -> committed.commitment().participant())
        .toList();
  }

  private static List<RejectedUpdate> rejected(Round round, Candidate decided) {
    List<RejectedUpdate> rejected = new ArrayList<>();
    for (UpdateCommitted committed : round.commitments().values()) {
      decided.record().decision().rejections().stream()
          .filter(rejection -> rejection.index() == committed.index())
          .forEach(
              rejection ->
                  rejected.add(
                      new RejectedUpdate(
                          committed.commitment().participant(), rejection.reason().toString())));
    }
    return rejected;
  }
}
