package org.fedledger.devnet.besu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.fedledger.devnet.network.HeldProcess;
import org.fedledger.devnet.network.RunningValidator;

/** One validator and its process, which may come and go. */
final class BesuValidator {

  private static final int USAGE = 2;
  private static final int TAIL = 10;
  private static final int TAIL_BYTES = 64 << 10;

  private final ValidatorSetup setup;
  private final ValidatorProgram command;
  private volatile HeldProcess process;
  private volatile boolean wanted;
  private long logBefore;

  BesuValidator(ValidatorSetup setup, ValidatorProgram command) {
    this.setup = setup;
    this.command = command;
  }

  String name() {
    return setup.name();
  }

  ValidatorSetup setup() {
    return setup;
  }

  Path log() {
    return setup.log();
  }

  URI rpc() {
    return URI.create("http://127.0.0.1:" + setup.ports().rpc());
  }

  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + setup.ports().webSocket());
  }

  /** Starts its process; whether it comes up is another matter. */
  void launch() throws IOException {
    requireFreePorts();
    emptyTemporary();
    // What it wrote there before a kill would be taken for where it listens now.
    Files.deleteIfExists(setup.folder().resolve("besu.ports"));
    logBefore = Files.exists(log()) ? Files.size(log()) : 0;
    wanted = true;
    process = HeldProcess.start(command.words(setup), command.environment(setup), setup.log());
  }

  /** A run that was killed leaves some 80 MB there. */
  private void emptyTemporary() throws IOException {
    Path folder = setup.temporary();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.createDirectories(folder);
  }

  /** Without this, whatever has a port would be taken for our validator. */
  private void requireFreePorts() throws IOException {
    int taken = ValidatorPorts.firstTaken(List.of(setup.ports()));
    if (taken != 0) {
      throw new IOException("%s: port %d of 127.0.0.1 is taken".formatted(name(), taken));
    }
  }

  boolean isAlive() {
    HeldProcess now = process;
    return now != null && now.isAlive();
  }

  /** Whether it is meant to run, be it alive or not. */
  boolean isWanted() {
    return wanted;
  }

  /** Its process; empty before it was started. */
  Optional<HeldProcess> process() {
    return Optional.ofNullable(process);
  }

  RunningValidator running() {
    ProcessHandle program = process.program();
    return new RunningValidator(
        name(),
        setup.key().address(),
        rpc(),
        webSocket(),
        setup.ports().p2p(),
        program.pid(),
        program.info().startInstant());
  }

  void kill() {
    wanted = false;
    process()
        .ifPresent(
            held -> {
              held.kill();
              command.endRest(setup);
            });
  }

  /** Asks it to end, without waiting. */
  void release() {
    wanted = false;
    process().ifPresent(HeldProcess::release);
  }

  void close() {
    wanted = false;
    process().ifPresent(HeldProcess::close);
  }

  /** Why its process is gone, for people. */
  String epitaph() throws IOException {
    int exitCode = process.ended().join();
    List<String> said = said();
    if (exitCode == USAGE) {
      return "%s was refused by Besu (exit code 2): %s; all it said is in %s"
          .formatted(name(), complaint(said), log());
    }
    return "%s ended with exit code %d; see %s:%n%s"
        .formatted(name(), exitCode, log(), String.join("\n", tail(said)));
  }

  /** What stands before the usage text, which is long and the same for every complaint. */
  private static String complaint(List<String> said) {
    List<String> words =
        said.stream()
            .takeWhile(line -> !line.startsWith("Usage:"))
            .filter(line -> !line.isBlank())
            .toList();
    return words.isEmpty() ? "it did not say why" : String.join(" ", tail(words)).strip();
  }

  /** The last lines of its present run. */
  List<String> lastWords() throws IOException {
    return tail(said());
  }

  private static List<String> tail(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
  }

  private List<String> said() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
      long from = Math.max(logBefore, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\\R"));
    }
  }

  /**
   * How far it has come.
   *
   * @param height of its newest block; empty while its RPC does not answer
   */
  record Health(OptionalLong height, long peers) {
    static final Health AWAY = new Health(OptionalLong.empty(), 0);
  }

  Health look(BesuRpc calls) throws InterruptedException {
    if (!isAlive()) {
      return Health.AWAY;
    }
    try {
      return new Health(OptionalLong.of(calls.height(rpc())), calls.peers(rpc()));
    } catch (IOException e) {
      return Health.AWAY;
    }
  }
}
