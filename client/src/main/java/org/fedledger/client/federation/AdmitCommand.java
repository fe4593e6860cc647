package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.ledger.LedgerAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "admit",
    description = "Admit participants; they count from the next round.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation admit 0x… 0x… --rpc URL --contract 0x… --keystore FILE"
    })
final class AdmitCommand implements Callable<Integer> {

  /** No bound on privacy, where the plan asks for none. */
  private static final String UNBOUNDED = "18446744073709551615";

  @Parameters(arity = "1..*", paramLabel = "0x…", description = "the participants' addresses")
  private String[] participants;

  @Option(
      names = "--privacy-budget",
      defaultValue = UNBOUNDED,
      paramLabel = "N",
      description = "in units of 10^-9 (default: 2^64-1)")
  private String budget;

  @Mixin private SenderOptions sender;

  @Override
  public Integer call() throws IOException {
    long units = budget("--privacy-budget", budget);
    for (String participant : participants) {
      sender.submit(
          "admitted " + participant,
          new LedgerAction.Admit(CreateCommand.address("participant", participant), units));
    }
    sender.finish();
    return ExitCode.DONE;
  }

  /** A number of units, as an unsigned long. */
  static long budget(String option, String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw CommandException.usage("%s is 0 to 2^64-1, not '%s'".formatted(option, text));
    }
  }
}
