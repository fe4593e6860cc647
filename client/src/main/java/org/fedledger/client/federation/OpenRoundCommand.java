package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "open-round",
    description = {
      "Open the next round, end what waits in it, and tell what it came to;",
      "with --rounds, one after another as each ends.",
      "Exits with 5 where rounds have ended and none made a version."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation open-round --spec spec.json --rounds 10 --rpc URL \\",
      "           --contract 0x… --keystore coordinator.key --node URL"
    })
final class OpenRoundCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "N",
      description = "how many rounds, each opened when the one before has ended (default: 1)")
  private int rounds;

  @Option(
      names = "--no-wait",
      description = "end once the last round is open and nodes have its files")
  private boolean noWait;

  @Mixin private RoundOptions options;
  @Mixin private SenderOptions sender;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw CommandException.usage("--rounds is at least 1, not " + rounds);
    }
    return options.play(
        sender,
        noWait ? RoundOptions.Play.OPEN : RoundOptions.Play.WATCH,
        state -> state.nextRound() - 1 + rounds);
  }
}
