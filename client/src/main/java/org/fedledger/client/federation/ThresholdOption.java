package org.fedledger.client.federation;

import java.math.BigInteger;
import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import picocli.CommandLine.Option;

/** M, where the number of verifiers changes. */
final class ThresholdOption {

  @Option(
      names = "--threshold",
      paramLabel = "M",
      description = "how many verifiers then make a version final (default: as many as now)")
  private Integer threshold;

  /** As a change carries it: 0 leaves it as it is. */
  BigInteger value() {
    return BigInteger.valueOf(threshold == null ? 0 : threshold);
  }

  /**
   * @param verifiers how many there are after the change
   * @throws CommandException if M does not fit that number; says what does
   */
  void check(FederationState state, int verifiers) {
    if (threshold == null && fits(state.attestationThreshold(), verifiers)) {
      return;
    }
    require(threshold == null ? state.attestationThreshold() : threshold, verifiers);
  }

  static void require(int threshold, int verifiers) {
    if (!fits(threshold, verifiers)) {
      throw CommandException.usage(
          "with %d verifiers the threshold is %d to %d, not %d"
              .formatted(verifiers, verifiers / 2 + 1, verifiers, threshold));
    }
  }

  private static boolean fits(int threshold, int verifiers) {
    return threshold > verifiers / 2 && threshold <= verifiers;
  }
}
