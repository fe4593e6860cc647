package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

  /** Longer than a validator may take that is asked to end, before it is made to. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Path folder = place.folder();
    Optional<RunningNetwork> told = RunningNetwork.told(folder);
    boolean ended = told.isPresent() && end(told.get());
    if (told.isPresent()) {
      HolderSocket.remove(told.get().control());
    }
    RunningNetwork.forget(folder);
    output.line(ended ? "The network in %s has ended" : "No network was up in %s", folder);
    output.document(JsonNodeFactory.instance.objectNode().put("ended", ended));
    return ExitCode.DONE;
  }

  /**
   * Asks its holder to end; chain nodes end with the process that holds them, however that goes, so
   * those of a holder that was killed only need waiting for.
   *
   * @return whether anything was up
   */
  private static boolean end(RunningNetwork network) {
    Optional<ProcessHandle> holder = network.holder();
    List<ProcessHandle> validators =
        network.validators().stream().flatMap(v -> v.handle().stream()).toList();
    holder.ifPresent(ProcessHandle::destroy);
    holder.ifPresent(DownCommand::awaitOrMake);
    validators.forEach(DownCommand::awaitOrMake);
    return holder.isPresent() || !validators.isEmpty();
  }

  private static void awaitOrMake(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
