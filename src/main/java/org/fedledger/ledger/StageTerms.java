package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage after a round's first.
 *
 * @param seconds for which its commitments are taken after those of the stage before were closed,
 *     uint32, at least 1
 * @param threshold fewest commitments with which the round goes on, uint16, at least 1
 */
public record StageTerms(long seconds, int threshold) {

  /** Most stages after the first. */
  public static final int MAX = 5;

  private static final int THRESHOLD_BITS = 16;
  private static final int BITS = 32 + THRESHOLD_BITS;
  private static final BigInteger MASK = BigInteger.ONE.shiftLeft(BITS).subtract(BigInteger.ONE);

  /**
   * @throws IllegalArgumentException for values outside their ranges
   */
  public StageTerms {
    if (seconds < 1 || seconds > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "a stage takes 1 to 4294967295 seconds, not %d".formatted(seconds));
    }
    if (threshold < 1 || threshold > 0xffff) {
      throw new IllegalArgumentException(
          "a stage's threshold is 1 to 65535, not %d".formatted(threshold));
    }
  }

  /**
   * As the ledger takes them: 48 bits each from the lowest, {@code seconds << 16 | threshold}; 0
   * for none.
   *
   * @param later stages 1 and on, at most {@link #MAX}
   */
  public static BigInteger pack(List<StageTerms> later) {
    if (later.size() > MAX) {
      throw new IllegalArgumentException(
          "a round has at most %d later stages, not %d".formatted(MAX, later.size()));
    }
    BigInteger packed = BigInteger.ZERO;
    for (StageTerms stage : later.reversed()) {
      packed =
          packed
              .shiftLeft(BITS)
              .or(BigInteger.valueOf(stage.seconds() << THRESHOLD_BITS | stage.threshold()));
    }
    return packed;
  }

  /**
   * @throws IllegalArgumentException for anything that {@link #pack} does not give
   */
  public static List<StageTerms> unpack(BigInteger packed) {
    if (packed.signum() < 0 || packed.bitLength() > BITS * MAX) {
      throw new IllegalArgumentException("no packed stages: " + packed);
    }
    List<StageTerms> later = new ArrayList<>();
    for (BigInteger rest = packed; rest.signum() != 0; rest = rest.shiftRight(BITS)) {
      long stage = rest.and(MASK).longValueExact();
      later.add(new StageTerms(stage >>> THRESHOLD_BITS, (int) (stage & 0xffff)));
    }
    return List.copyOf(later);
  }
}
