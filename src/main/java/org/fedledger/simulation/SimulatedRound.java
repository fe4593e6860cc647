package org.fedledger.simulation;

import java.util.List;
import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * How a round went.
 *
 * @param version the version that it made, and its model; empty if it was aborted
 * @param attempts publications until then
 * @param accepted whose updates are in the version, in order of address
 * @param seconds virtual ones, from the opening to the end
 */
public record SimulatedRound(
    long round, Optional<Version> version, int attempts, List<Address> accepted, long seconds) {

  /** A final version. */
  public record Version(long number, Digest model) {}

  public SimulatedRound {
    accepted = List.copyOf(accepted);
  }
}
