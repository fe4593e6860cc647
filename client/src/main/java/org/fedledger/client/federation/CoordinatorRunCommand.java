package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Open round after round, and end what waits, until the last round has ended.",
      "May be stopped or killed at any time; started again, it goes on.",
      "Exits with 5 where rounds have ended meanwhile and none made a version."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger coordinator run --spec spec.json --node URL --rpc URL --contract 0x… \\",
      "           --keystore coordinator.key"
    })
final class CoordinatorRunCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "number of the last round (default: as many as the spec says)")
  private Long rounds;

  @Mixin private RoundOptions options;
  @Mixin private SenderOptions sender;

  @Override
  public Integer call() throws IOException {
    if (rounds != null && rounds < 1) {
      throw CommandException.usage("--rounds is at least 1, not " + rounds);
    }
    long last = rounds != null ? rounds : options.spec().rounds();
    return options.play(sender, RoundOptions.Play.KEEP_GOING, _ -> last);
  }
}
