package org.fedledger.ledger;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether a chain makes blocks, judged by the age of its newest one: a chain node answers as well
 * when its chain stands still, and no deadline passes then.
 *
 * @param age of the newest block by this machine's clock, not negative
 * @param longest that a newest block may be old
 */
public record BlockAge(Duration age, Duration longest) {

  /** Where nothing else is known of a chain: five slots of Ethereum's, and a slow block. */
  public static final Duration LONGEST = Duration.ofSeconds(75);

  public BlockAge {
    if (age.isNegative() || longest.isNegative()) {
      throw new IllegalArgumentException("ages are not negative");
    }
  }

  /**
   * @param timestamp of the newest block, seconds since 1970 UTC; one that is yet to come counts as
   *     now, since clocks differ
   */
  public static BlockAge of(long timestamp, Instant now, Duration longest) {
    Duration age = Duration.between(Instant.ofEpochSecond(timestamp), now);
    return new BlockAge(age.isNegative() ? Duration.ZERO : age, longest);
  }

  /** Whether the chain stands still. */
  public boolean halted() {
    return age.compareTo(longest) > 0;
  }

  /** For people, such as {@code no block for 403 s}. */
  public String told() {
    return halted()
        ? "no block for %d s".formatted(age.toSeconds())
        : "newest block %d s old".formatted(age.toSeconds());
  }
}
