package org.fedledger.devnet.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.LedgerUnreachableException;

/**
 * One Anvil on loopback, without fees, that mines at once and once a second besides, since the
 * block time of an idle Anvil stands still and deadlines would never pass.
 *
 * <p>A shell holds it and reads from a pipe of this process: when the process ends in whatever way,
 * the pipe ends, and the shell ends Anvil.
 */
public final class AnvilNetwork implements Network {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);
  private static final int KEPT_STATES = 64;
  private static final int MOST_PORTS = 3;

  /** Anvil's last words where another had the port first. */
  private static final String PORT_TAKEN = "Address already in use (os error 98)";

  /** Says the child's process id, waits for the pipe's end, and ends the child. */
  private static final String HOLDER =
      "\"$@\" </dev/null >&2 & child=$!; echo $child; cat >/dev/null; kill $child 2>/dev/null;"
          + " wait $child";

  /** Chooses ports. */
  interface Ports {
    int next() throws IOException;
  }

  private final Path folder;
  private final int port;
  private Process holder;
  private ProcessHandle anvil;
  private AnvilState state;

  private AnvilNetwork(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts it on a free port and waits until it answers.
   *
   * @param folder for its chain and its log, made if it is not there; a chain that is there goes on
   * @throws IOException if it does not answer in time
   */
  public static AnvilNetwork start(Path folder) throws IOException, InterruptedException {
    return start(folder, AnvilNetwork::freePort);
  }

  /**
   * Another program may take a port between its choice and Anvil's start: then the next is tried.
   */
  static AnvilNetwork start(Path folder, Ports ports) throws IOException, InterruptedException {
    for (int tried = 1; ; tried++) {
      AnvilNetwork network = in(folder, ports.next());
      try {
        network.start();
        return network;
      } catch (BindException e) {
        if (tried == MOST_PORTS) {
          throw e;
        }
      }
    }
  }

  /** One on a free port, not started yet. */
  static AnvilNetwork in(Path folder) throws IOException {
    return in(folder, freePort());
  }

  /** One on a given port, not started yet. */
  static AnvilNetwork in(Path folder, int port) {
    return new AnvilNetwork(folder.toAbsolutePath(), port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Without this, whatever has the port would be taken for our Anvil. */
  private void requireFreePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assert socket.isBound();
    } catch (BindException e) {
      throw taken();
    }
  }

  private BindException taken() {
    return new BindException("port %d of 127.0.0.1 is taken".formatted(port));
  }

  /**
   * Starts it, and waits until it answers.
   *
   * @throws IOException if it does not answer in time, or something else has the port
   */
  @Override
  public synchronized void start() throws IOException, InterruptedException {
    requireFreePort();
    Files.createDirectories(folder);
    state = new AnvilState(folder);
    state.repair();
    List<String> command = new ArrayList<>(List.of("bash", "-c", HOLDER, "anvil-holder"));
    command.add(AnvilBinary.find().toString());
    command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--chain-id", Long.toString(CHAIN_ID), "--hardfork", "cancun"));
    command.addAll(List.of("--gas-price", "0", "--block-base-fee-per-gas", "0"));
    command.add("--disable-min-priority-fee");
    command.addAll(List.of("--block-time", "1", "--mixed-mining"));
    command.addAll(List.of("--prune-history", Integer.toString(KEPT_STATES)));
    command.addAll(List.of("--state", state.file().toString()));
    command.addAll(List.of("--state-interval", "2", "--accounts", "1", "--quiet"));
    holder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    anvil = ProcessHandle.of(childId()).orElse(null);
    awaitAnswer();
    state.keepCopies();
  }

  private long childId() throws IOException {
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
    String id = said.readLine();
    if (id == null) {
      throw new IOException("anvil could not be started; see " + log());
    }
    return Long.parseLong(id.trim());
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    try (Rpc rpc = new Rpc(rpc())) {
      while (System.nanoTime() < deadline && anvil != null && anvil.isAlive()) {
        try {
          if (rpc.chainId() == CHAIN_ID) {
            return;
          }
        } catch (LedgerUnreachableException e) {
          LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        if (Thread.interrupted()) {
          close();
          throw new InterruptedException("interrupted while anvil was starting");
        }
      }
    }
    close();
    if (logged().endsWith(PORT_TAKEN)) {
      throw taken();
    }
    throw new IOException(
        "anvil did not come up on port %d; see %s:%n%s".formatted(port, log(), logged()));
  }

  private Path log() {
    return folder.resolve("anvil.log");
  }

  private String logged() throws IOException {
    List<String> lines = Files.readAllLines(log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  @Override
  public String kind() {
    return AnvilKind.NAME;
  }

  @Override
  public URI rpc() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public URI webSocket() {
    return URI.create("ws://127.0.0.1:" + port);
  }

  @Override
  public boolean passesTime() {
    return true;
  }

  @Override
  public void passTime(Duration time) throws IOException, InterruptedException {
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"evm_increaseTime\",\"params\":[%d]}"
            .formatted(time.toSeconds());
    HttpRequest request =
        HttpRequest.newBuilder(rpc())
            .timeout(START_TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(call))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (answer.contains("\"error\"")) {
        throw new IOException("anvil does not move its time: " + answer);
      }
    }
  }

  /** Process id, for those who want to end it themselves. */
  public long processId() {
    return anvil.pid();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    try {
      anvil.onExit().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process does not fail", e);
    }
  }

  @Override
  public void kill() {
    anvil.destroyForcibly();
    anvil.onExit().orTimeout(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    closeHolder();
  }

  @Override
  public void restart() throws IOException, InterruptedException {
    if (anvil.isAlive()) {
      throw new IllegalStateException("it is still running");
    }
    start();
  }

  @Override
  public synchronized void close() {
    if (holder == null) {
      return;
    }
    closeHolder();
    if (anvil != null && anvil.isAlive()) {
      anvil.destroyForcibly();
    }
  }

  private void closeHolder() {
    state.close();
    try {
      holder.getOutputStream().close();
      if (!holder.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        holder.destroyForcibly();
      }
    } catch (IOException e) {
      holder.destroyForcibly();
    } catch (InterruptedException e) {
      holder.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
