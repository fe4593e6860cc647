package org.fedledger.devnet.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.DevnetMain;

/** Starts a network in a process of its own, which goes on when this one ends. */
final class Detached {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Path folder;
  private final String chain;
  private final OptionalInt port;

  Detached(Path folder, String chain, OptionalInt port) {
    this.folder = folder;
    this.chain = chain;
    this.port = port;
  }

  /** Waits until it answers. */
  RunningNetwork start() throws IOException, InterruptedException {
    Path log = folder.resolve("devnet.log");
    Process process =
        new ProcessBuilder(command())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile())
            .redirectErrorStream(true)
            .start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<RunningNetwork> running = RunningNetwork.in(folder);
      if (running.isPresent()) {
        return running.get();
      }
      if (process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroy();
    throw CommandException.outOfReach(
        "the network did not come up; see %s:%n%s".formatted(log, Files.readString(log)), null);
  }

  /** The same program again; a terminal that is closed does not end it. */
  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add("nohup");
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-Dfedledger.home=" + System.getProperty("fedledger.home", "."));
    command.add("-XX:+UseSerialGC");
    command.add("-Xmx128m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(DevnetMain.class.getName(), "devnet", "up"));
    command.addAll(List.of("--chain", chain, "--dir", folder.toString()));
    port.ifPresent(p -> command.addAll(List.of("--port", Integer.toString(p))));
    return command;
  }
}
