package org.fedledger.devnet.command;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.network.NetworkKind;

/** Starts a network in a process of its own, which goes on when this one ends. */
final class Detached {

  private static final int LOOK_EVERY_MILLIS = 50;

  private final Class<?> program;
  private final Path folder;
  private final NetworkKind kind;
  private final OptionalInt port;
  private final Consumer<String> talk;
  private final Path log;
  private long told;

  /**
   * @param program whose {@code main} takes the command line
   * @param talk told what the process tells until the network answers, a line at a time
   */
  Detached(
      Class<?> program, Path folder, NetworkKind kind, OptionalInt port, Consumer<String> talk) {
    this.program = program;
    this.folder = folder;
    this.kind = kind;
    this.port = port;
    this.talk = talk;
    this.log = folder.resolve("devnet.log");
  }

  /** Waits until it answers. */
  RunningNetwork start() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile())
            .redirectErrorStream(true)
            .start();
    long deadline = System.nanoTime() + kind.patience().toNanos();
    while (System.nanoTime() < deadline) {
      tellOn();
      Optional<RunningNetwork> running = RunningNetwork.in(folder);
      if (running.isPresent()) {
        return running.get();
      }
      if (process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroy();
    throw CommandException.outOfReach(
        "the network did not come up; see %s:%n%s".formatted(log, Files.readString(log)), null);
  }

  /** Passes on the whole lines of progress that came since the last time. */
  private void tellOn() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) (file.length() - told)];
      file.seek(told);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int whole = text.lastIndexOf('\n') + 1;
      told += whole;
      new String(bytes, 0, whole, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("Starting ") || line.contains(": process "))
          .forEach(talk);
    }
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
    command.addAll(List.of(program.getName(), "devnet", "up"));
    command.addAll(kind.words());
    command.addAll(List.of("--dir", folder.toString()));
    port.ifPresent(p -> command.addAll(List.of("--port", Integer.toString(p))));
    return command;
  }
}
