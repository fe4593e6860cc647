package org.fedledger.devnet.story;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One of our programs as a process of its own, with its talk in a file. */
public final class Program implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;
  private static final long LOOK_EVERY_NANOS = 20_000_000;
  private static final int TAIL = 30;

  private final String name;
  private final Path talk;
  private final Path result;
  private final Process process;

  private Program(String name, Path talk, Path result, Process process) {
    this.name = name;
    this.talk = talk;
    this.result = result;
    this.process = process;
  }

  /**
   * Starts it as the launcher does.
   *
   * @param logs folder for what it says
   */
  public static Program start(String name, Path logs, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add(
        "@" + Path.of(System.getProperty("fedledger.home"), "client", "training", "nd4j.args"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Path talk = logs.resolve(name + ".err");
    Path result = logs.resolve(name + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(talk.toFile()))
            .redirectOutput(result.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return new Program(name, talk, result, builder.start());
  }

  /** Ends it as a power cut would: kill -9. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Holds it where it stands, until {@link #resume}. */
  void pause() throws IOException {
    signal("-STOP");
  }

  void resume() throws IOException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    kill.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (kill.exitValue() != 0) {
      throw new IOException("kill " + signal + " failed for " + name);
    }
  }

  /** Asks it to end, as Ctrl-C does, and waits until it has. */
  public void interrupt() {
    process.destroy();
    awaitEnd();
  }

  /** Waits until it says this on stdout; no event tells of it. */
  public void awaitSaying(String words) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * PATIENCE_SECONDS);
    while (!result().contains(words)) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("it did not say '" + words + "'; " + talk() + result());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it ends by itself. */
  public int awaitEnd() {
    return awaitEnd(PATIENCE_SECONDS);
  }

  public int awaitEnd(long seconds) {
    process.onExit().orTimeout(seconds, TimeUnit.SECONDS).join();
    return process.exitValue();
  }

  /** What it wrote to stdout so far. */
  public String result() throws IOException {
    return Files.readString(result);
  }

  /** The end of its talk, for when something goes wrong. */
  public String talk() throws IOException {
    List<String> lines = Files.readAllLines(talk);
    return name
        + ":\n  "
        + String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
