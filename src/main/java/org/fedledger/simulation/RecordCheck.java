package org.fedledger.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.types.Address;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/**
 * What must hold of every record, found from its events alone and not by the code that the parties
 * use.
 */
final class RecordCheck {

  /** A round as its events tell of it. */
  private static final class Told {
    LedgerEvent.RoundOpened opened;
    long openedAt;
    final Map<Integer, Address> committed = new HashMap<>();
    final Map<PublicationId, LedgerEvent.ModelPublished> published = new HashMap<>();
    LedgerEvent.ModelPublished last;
    LedgerEvent.VersionFinal version;
    boolean aborted;
    long endedAt;
  }

  private RecordCheck() {}

  /**
   * Every round, each of which ended once; unless an outage outlasted it, with all that was
   * committed in its version.
   *
   * @throws SimulationFailure if it is not so
   */
  static List<SimulatedRound> rounds(SimulationSetup setup, LedgerReader reader) {
    Map<RoundId, Told> rounds = new HashMap<>();
    List<Told> inOrder = new ArrayList<>();
    long head = reader.head().number();
    for (long from = 0; from <= head; from += LedgerReader.MAX_SPAN) {
      for (RecordedEvent event :
          reader.events(from, Math.min(head, from + LedgerReader.MAX_SPAN - 1))) {
        take(event, rounds, inOrder);
      }
    }
    require(
        inOrder.size() == setup.rounds(),
        "%d rounds were opened, not %d",
        inOrder.size(),
        setup.rounds());
    List<SimulatedRound> result = new ArrayList<>();
    for (Told round : inOrder) {
      result.add(checked(round, setup));
    }
    return result;
  }

  private static void take(RecordedEvent event, Map<RoundId, Told> rounds, List<Told> inOrder) {
    long time = event.block().timestamp();
    switch (event.event()) {
      case LedgerEvent.RoundOpened e -> {
        Told told = new Told();
        told.opened = e;
        told.openedAt = time;
        require(rounds.put(e.roundId(), told) == null, "round %s was opened twice", e.roundId());
        inOrder.add(told);
      }
      case LedgerEvent.UpdateCommitted e -> {
        Address before =
            rounds
                .get(e.commitment().roundId())
                .committed
                .put(e.index(), e.commitment().participant());
        require(before == null, "%s committed twice", before);
      }
      case LedgerEvent.ModelPublished e -> {
        rounds.get(e.publication().roundId()).published.put(e.publicationId(), e);
        rounds.get(e.publication().roundId()).last = e;
      }
      case LedgerEvent.VersionFinal e -> {
        Told told = rounds.get(e.roundId());
        require(told.version == null, "two publications of round %s are final", e.roundId());
        told.version = e;
        told.endedAt = time;
      }
      case LedgerEvent.RoundAborted e -> {
        Told told = rounds.get(e.roundId());
        require(!told.aborted && told.version == null, "round %d ended twice", e.round());
        told.aborted = true;
        told.endedAt = time;
      }
      default -> {
        // Says nothing of what is checked here.
      }
    }
  }

  private static SimulatedRound checked(Told round, SimulationSetup setup) {
    long number = round.opened.round();
    require(round.aborted || round.version != null, "round %d did not end", number);
    if (setup.faults() != Faults.LASTING) {
      requireWhole(round, setup);
    }
    if (round.version == null) {
      return new SimulatedRound(
          number,
          Optional.empty(),
          round.published.size(),
          List.of(),
          round.endedAt - round.openedAt);
    }
    require(
        round.last.publication().model().equals(round.version.model()),
        "round %d: what is final is not what was published last",
        number);
    Decision decision = round.last.decision();
    require(
        decision.acceptedIndexes().size() >= setup.quorum(),
        "round %d: %s accepted, which is below the quorum",
        number,
        decision.acceptedIndexes());
    require(
        decision.rejections().stream().allMatch(r -> r.reason() == Reason.MISSING),
        "round %d: an update of an honest participant was rejected: %s",
        number,
        decision.rejections());
    return new SimulatedRound(
        number,
        Optional.of(new SimulatedRound.Version(round.version.version(), round.version.model())),
        round.published.size(),
        decision.acceptedIndexes().stream().map(round.committed::get).sorted().toList(),
        round.endedAt - round.openedAt);
  }

  /** All were there, and are in the version. */
  private static void requireWhole(Told round, SimulationSetup setup) {
    long number = round.opened.round();
    require(!round.aborted, "round %d was aborted", number);
    require(
        round.committed.size() == setup.participants(),
        "round %d has %d commitments, not %d",
        number,
        round.committed.size(),
        setup.participants());
    Set<Integer> accepted = new HashSet<>(round.last.decision().acceptedIndexes());
    require(
        accepted.equals(round.committed.keySet()),
        "round %d: of the commitments %s only %s were accepted",
        number,
        round.committed.keySet(),
        accepted);
  }

  private static void require(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new SimulationFailure(otherwise.formatted(values));
    }
  }
}
