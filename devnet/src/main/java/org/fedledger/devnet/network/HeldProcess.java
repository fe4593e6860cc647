package org.fedledger.devnet.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program with all that it starts, which ends with this process, however that comes about: a
 * shell holds it in a process group of its own, and reads from a pipe of this process.
 */
public final class HeldProcess implements AutoCloseable {

  /** How long a program may take to end when it is asked to. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private static final Duration HOLDER_PATIENCE = GRACE.plusSeconds(5);
  private static final String HOLD = script();

  private final Process holder;
  private final ProcessHandle program;
  private final CompletableFuture<Integer> ended;

  private HeldProcess(Process holder, ProcessHandle program) {
    this.holder = holder;
    this.program = program;
    this.ended = holder.onExit().thenApply(Process::exitValue);
    program.onExit().thenRun(this::release);
    // A holder that somebody killed cannot end its program any more.
    holder.onExit().thenRun(this::endHard);
  }

  /**
   * Starts it.
   *
   * @param environment added to this process's own
   * @param log takes what it says, after what is there
   * @throws IOException if it cannot be started
   */
  public static HeldProcess start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("bash", "-c", HOLD, "holder"));
    words.add(Long.toString(GRACE.toSeconds()));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process holder = builder.start();
    String id = firstLine(holder);
    if (id == null) {
      holder.destroyForcibly();
      throw new IOException("%s could not be started; see %s".formatted(command.getFirst(), log));
    }
    Optional<ProcessHandle> program = ProcessHandle.of(Long.parseLong(id.trim()));
    HeldProcess held = new HeldProcess(holder, program.orElse(holder.toHandle()));
    if (program.isEmpty()) {
      // It has ended already, which nobody tells of but its holder, once it need not hold on.
      held.release();
    }
    return held;
  }

  private static String firstLine(Process holder) throws IOException {
    return new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }

  private static String script() {
    try (InputStream in = HeldProcess.class.getResourceAsStream("hold.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the class path lacks hold.sh", e);
    }
  }

  /** The program itself. */
  public ProcessHandle program() {
    return program;
  }

  public boolean isAlive() {
    return program.isAlive();
  }

  /** The program's exit code, once it and all that it started have ended. */
  public CompletableFuture<Integer> ended() {
    return ended.copy();
  }

  /** Ends it without warning, and waits until it has. */
  public void kill() {
    try {
      holder.getOutputStream().write('\n');
      holder.getOutputStream().flush();
    } catch (IOException e) {
      // The holder is gone, and what it held with it.
    }
    awaitEnd();
  }

  /** Asks it to end, without waiting. */
  public void release() {
    try {
      holder.getOutputStream().close();
    } catch (IOException e) {
      // The holder is gone, and what it held with it.
    }
  }

  /** Asks it to end, and waits until it has; what does not end in time is made to. */
  @Override
  public void close() {
    release();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      ended.get(HOLDER_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      endHard();
    } catch (InterruptedException e) {
      endHard();
      Thread.currentThread().interrupt();
    }
  }

  private void endHard() {
    program.descendants().forEach(ProcessHandle::destroyForcibly);
    program.destroyForcibly();
    holder.destroyForcibly();
  }
}
