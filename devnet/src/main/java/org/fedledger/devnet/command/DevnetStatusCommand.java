package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells whether a network is up, and where. */
@Command(
    name = "status",
    description = {
      "Tell whether a network is up in this folder, and how each of its validators is.",
      "Exit code 0: it makes blocks; 4: it is not up, or does not answer; 6: it answers and makes"
          + " no blocks."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger devnet status --json"})
final class DevnetStatusCommand implements Callable<Integer> {

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = place.folder();
    Optional<RunningNetwork> running = RunningNetwork.in(folder);
    if (running.isEmpty()) {
      output.line("No network is up in %s", folder);
      output.document(JsonNodeFactory.instance.objectNode().put("up", false).put("halted", false));
      return ExitCode.OUT_OF_REACH;
    }
    NetworkReport report = NetworkReport.of(running.get(), folder);
    report.tell(output);
    return report.exitCode();
  }
}
