package org.fedledger.client.cli;

import java.time.Duration;
import org.fedledger.contracts.TransactionTerms;
import picocli.CommandLine.Option;

/** How long a transaction's block is waited for. */
public final class PatienceOption {

  @Option(
      names = "--wait-seconds",
      paramLabel = "S",
      description = "how long to wait for a transaction's block (default: 120)")
  private Long seconds;

  /**
   * @throws CommandException if it is no time to wait
   */
  public TransactionTerms of(TransactionTerms terms) {
    if (seconds == null) {
      return terms;
    }
    if (seconds < 1 || seconds > Integer.MAX_VALUE) {
      throw CommandException.usage("--wait-seconds is at least 1, not " + seconds);
    }
    return terms.withPatience(Duration.ofSeconds(seconds));
  }
}
