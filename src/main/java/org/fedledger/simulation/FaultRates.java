package org.fedledger.simulation;

/**
 * How often what goes wrong, in thousandths of the calls of a port, and for how long. Whatever does
 * ends: what is lost is asked again, who is killed comes back.
 *
 * @param lost calls that never arrive
 * @param unanswered calls that arrive, and whose answer does not
 * @param repeated messages that arrive a second time, later
 * @param late messages that are given up, and arrive later all the same
 * @param damaged files that come with another byte in them
 * @param killed calls before or after which the caller is killed
 * @param longestCall milliseconds that a call may take, in which others go on
 * @param longestDelay milliseconds by which a message may come late
 * @param longestOutage milliseconds after which one who was killed comes back
 * @param lasting kills of a thousand after which it takes longer
 * @param longestLasting milliseconds that it takes then
 * @param behind blocks by which a party's view of the ledger may lag
 * @param reorganised blocks of a thousand after which the chain is reorganised
 * @param confirmations the spec's; no reorganisation goes as deep
 * @param liar whether one aggregator publishes what is not the aggregate
 */
record FaultRates(
    int lost,
    int unanswered,
    int repeated,
    int late,
    int damaged,
    int killed,
    int longestCall,
    int longestDelay,
    int longestOutage,
    int lasting,
    int longestLasting,
    int behind,
    int reorganised,
    int confirmations,
    boolean liar) {

  /** Longer than a round may take in which every window is used. */
  private static final int LONGEST_OUTAGE = 3_600_000;

  static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);

  /** Each kind is absent from every third run, and else anything from rare to frequent. */
  static FaultRates drawn(Faults faults, SeededRandom random) {
    if (faults == Faults.NONE) {
      return NONE;
    }
    boolean lasting = faults == Faults.LASTING;
    int confirmations = random.below(3);
    return new FaultRates(
        rate(random, 150),
        rate(random, 150),
        rate(random, 200),
        rate(random, 150),
        rate(random, 100),
        rate(random, 60),
        random.between(1, 3_000),
        random.between(1_000, 60_000),
        random.between(1_000, 120_000),
        lasting ? random.between(1, 300) : 0,
        lasting ? random.between(60_000, LONGEST_OUTAGE) : 0,
        random.below(4),
        confirmations == 0 ? 0 : rate(random, 100),
        confirmations,
        random.below(3) == 0);
  }

  /** Whether anything may go wrong at all. */
  boolean any() {
    return !equals(NONE);
  }

  private static int rate(SeededRandom random, int most) {
    return random.below(3) == 0 ? 0 : random.between(1, most);
  }
}
