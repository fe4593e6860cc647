package org.fedledger.devnet.dataset;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was asked for.
 *
 * @param participants how many; the data set's own number where empty
 * @param rounds how many; the data set's own number where empty
 * @param folder where the real files are
 */
public record DatasetRequest(
    Seed seed, OptionalInt participants, OptionalInt rounds, Optional<Path> folder) {

  /** One process plays them all; more than this is a matter for benchmarks. */
  public static final int MAX_PARTICIPANTS = 64;

  public static final int MAX_ROUNDS = 1_000;

  public DatasetRequest {
    participants.ifPresent(n -> requireBetween("participants", n, MAX_PARTICIPANTS));
    rounds.ifPresent(n -> requireBetween("rounds", n, MAX_ROUNDS));
  }

  private static void requireBetween(String what, int n, int most) {
    if (n < 1 || n > most) {
      throw new IllegalArgumentException("%s are 1 to %d, not %d".formatted(what, most, n));
    }
  }

  public static DatasetRequest of(Seed seed) {
    return new DatasetRequest(seed, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
  }
}
