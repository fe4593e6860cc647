package org.fedledger.simulation;

import java.util.List;
import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * What a simulation came to.
 *
 * @param participants in order of address
 * @param trace SHA-256 of all that happened, line by line
 * @param steps lines of the trace
 * @param kills how often somebody was killed
 * @param blocks of the ledger
 * @param virtualSeconds from the founding to the end
 * @param verifiedUpdates that the audit found in final versions
 * @param verified whether the audit named nobody, not even an aggregator that lied
 */
public record SimulationResult(
    FederationId federation,
    List<Address> participants,
    List<SimulatedRound> rounds,
    Digest trace,
    long steps,
    long kills,
    long blocks,
    long virtualSeconds,
    long verifiedUpdates,
    boolean verified) {

  public SimulationResult {
    participants = List.copyOf(participants);
    rounds = List.copyOf(rounds);
  }

  /** The model of each version from 1 on, in order. */
  public List<Digest> models() {
    return rounds.stream()
        .flatMap(r -> r.version().stream())
        .map(SimulatedRound.Version::model)
        .toList();
  }

  /** The last version, if any was made. */
  public Optional<SimulatedRound.Version> last() {
    return rounds.reversed().stream().flatMap(r -> r.version().stream()).findFirst();
  }
}
