package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends the network of a folder, and no other process. */
@Command(
    name = "down",
    description = "End the network that 'up' started in this folder; its chain stays there.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger devnet down"})
final class DownCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = place.folder();
    Optional<RunningNetwork> running = RunningNetwork.in(folder);
    if (running.isPresent()) {
      end(running.get());
    }
    RunningNetwork.forget(folder);
    output.line(
        running.isPresent() ? "The network in %s has ended" : "No network was up in %s", folder);
    output.document(JsonNodeFactory.instance.objectNode().put("ended", running.isPresent()));
    return ExitCode.DONE;
  }

  /** Asks it to end; Anvil ends with the process that holds it, however that goes. */
  private static void end(RunningNetwork running) throws InterruptedException {
    Optional<ProcessHandle> holder = running.holder();
    if (holder.isEmpty()) {
      return;
    }
    holder.get().destroy();
    try {
      holder.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      holder.get().destroyForcibly();
    }
  }
}
