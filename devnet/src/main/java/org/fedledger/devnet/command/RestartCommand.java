package org.fedledger.devnet.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has validators started anew by the process that holds their network. */
@Command(
    name = "restart",
    description = {
      "Start the validators of a network anew, on the same chain; all of them, or one.",
      "After a halt the chain goes on at once, where by itself it takes about as long as the halt"
          + " was: in each round that fails validators wait twice as long as in the one before, and"
          + " whoever comes back begins with the first.",
      "Exit code 0: it makes blocks; 4: it is not up; 6: it still stands still."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger devnet restart",
      "         fedledger devnet restart --validator 3"
    })
final class RestartCommand implements Callable<Integer> {

  @Option(
      names = "--validator",
      paramLabel = "K",
      description = "only this one, from 1, whether it is up or not")
  private Integer validator;

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = place.folder();
    RunningNetwork running = running(folder);
    int there = running.validators().size();
    if (there == 0) {
      throw CommandException.usage(
          "%s has no validators; 'fedledger devnet down' and 'up' start it anew"
              .formatted(running.chain()));
    }
    if (validator != null && (validator < 1 || validator > there)) {
      throw CommandException.usage(
          "--validator is from 1 to %d, not %d".formatted(there, validator));
    }
    HolderSocket.restart(
        running.control(),
        validator == null ? OptionalInt.empty() : OptionalInt.of(validator - 1),
        line -> output.talk("%s", line));
    NetworkReport report = NetworkReport.of(running(folder), folder);
    report.tell(output);
    return report.exitCode();
  }

  private static RunningNetwork running(Path folder) throws IOException {
    return RunningNetwork.in(folder)
        .orElseThrow(
            () ->
                CommandException.outOfReach(
                    "no network is up in %s; 'fedledger devnet up' starts it".formatted(folder),
                    null));
  }
}
