package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.network.RunningValidator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How validators are started, watched and ended, against {@link StandIn}, which checks it too. */
@Timeout(120)
class StandInNetworkIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<BesuNetwork> open = new ArrayList<>();
  private StandInHome besu;

  @BeforeEach
  void make() throws Exception {
    besu = StandInHome.in(folder.resolve("besu"));
  }

  @AfterEach
  void end() {
    open.forEach(BesuNetwork::close);
  }

  private Path chain() {
    return folder.resolve("chain");
  }

  private BesuNetwork network(int validators) throws Exception {
    return network(OptionalInt.of(validators), OptionalInt.empty(), SOON);
  }

  private BesuNetwork network(OptionalInt validators, OptionalInt rpc, Duration patience)
      throws Exception {
    BesuNetwork network =
        BesuNetwork.in(chain(), besu.installation(), validators, rpc, told::add, patience);
    open.add(network);
    return network;
  }

  private BesuNetwork started(int validators) throws Exception {
    BesuNetwork network = network(validators);
    network.start();
    return network;
  }

  private static List<ProcessHandle> processes(BesuNetwork network) {
    return network.validators().stream().map(v -> v.handle().orElseThrow()).toList();
  }

  private static long height(BesuNetwork network, int validator) throws Exception {
    try (BesuRpc calls = new BesuRpc()) {
      return calls.height(network.validators().get(validator).rpc());
    }
  }

  private static void awaitHeight(BesuNetwork network, int validator, long height)
      throws Exception {
    while (height(network, validator) < height) {
      Thread.onSpinWait();
    }
  }

  @Test
  void startsFourThatKnowOneAnotherAndTellsOfEach() throws Exception {
    BesuNetwork network = network(OptionalInt.empty(), OptionalInt.empty(), SOON);
    network.start();

    assertThat(network.validators())
        .extracting(RunningValidator::name)
        .containsExactly("validator-1", "validator-2", "validator-3", "validator-4");
    assertThat(network.rpc()).isEqualTo(network.validators().getFirst().rpc());
    assertThat(told.getFirst())
        .isEqualTo(
            "Starting 4 validators of Besu 99.1.0 (BESU_HOME); their logs are in " + chain());
    assertThat(told.subList(1, told.size())).hasSize(4);
    for (RunningValidator each : network.validators()) {
      assertThat(told)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .matches(
                          "  %s %s: process %d, RPC %s answers, 3 peers, block [1-9][0-9]* after .* s"
                              .formatted(each.name(), each.address(), each.process(), each.rpc())));
      assertThat(chain().resolve(each.name() + ".log")).content().contains("Starting Besu");
    }
  }

  @Test
  void tellsOfNewHeadsByWebSocket() throws Exception {
    BesuNetwork network = started(1);
    Semaphore heads = new Semaphore(0);
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heads.release();
            socket.request(1);
            return null;
          }
        };
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket socket =
          http.newWebSocketBuilder().buildAsync(network.webSocket(), listener).join();
      socket.sendText("{\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}", true);
      assertThat(heads.tryAcquire(3, 30, TimeUnit.SECONDS)).isTrue();
      socket.abort();
    }
  }

  @Test
  void leavesNothingRunningWhenClosed() throws Exception {
    BesuNetwork network = started(4);
    List<ProcessHandle> processes = processes(network);
    network.close();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    network.awaitEnd();
  }

  @Test
  void endsWhatAScriptThatStaysHasStarted() throws Exception {
    besu = StandInHome.forking(folder.resolve("forking"));
    BesuNetwork network = started(1);
    List<ProcessHandle> all =
        Stream.concat(
                processes(network).stream(),
                processes(network).stream().flatMap(ProcessHandle::descendants))
            .toList();
    assertThat(all).hasSize(2);
    network.close();
    for (ProcessHandle each : all) {
      each.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void makesOneEndThatDoesNotWhenItIsAsked() throws Exception {
    besu.mode("hangs");
    BesuNetwork network = started(1);
    List<ProcessHandle> processes = processes(network);
    network.close();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void endsWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                besu.home().toString(),
                chain().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<ProcessHandle> validators = new ArrayList<>();
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
    for (int i = 0; i < 2; i++) {
      validators.add(ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow());
    }
    assertThat(validators).allMatch(ProcessHandle::isAlive);
    parent.destroyForcibly().waitFor();
    for (ProcessHandle validator : validators) {
      validator.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  /** A process that starts a network and waits to be killed. */
  static final class Parent {
    public static void main(String[] folders) throws Exception {
      BesuNetwork network =
          BesuNetwork.in(
              Path.of(folders[1]),
              BesuInstallation.in(Path.of(folders[0]), "BESU_HOME").orElseThrow(),
              OptionalInt.of(2),
              OptionalInt.empty(),
              line -> {});
      network.start();
      network.validators().forEach(v -> System.out.println(v.process()));
      Thread.currentThread().join();
    }
  }

  @Test
  void goesOnWithTheSameChainOnTheSamePorts() throws Exception {
    BesuNetwork first = started(2);
    awaitHeight(first, 0, 3);
    List<RunningValidator> before = first.validators();
    byte[] genesis = Files.readAllBytes(chain().resolve("genesis.json"));
    first.close();

    BesuNetwork again = network(OptionalInt.empty(), OptionalInt.empty(), SOON);
    again.start();
    assertThat(again.validators())
        .extracting(RunningValidator::address, RunningValidator::rpc, RunningValidator::p2p)
        .isEqualTo(
            before.stream()
                .map(v -> org.assertj.core.groups.Tuple.tuple(v.address(), v.rpc(), v.p2p()))
                .toList());
    assertThat(chain().resolve("genesis.json")).hasBinaryContent(genesis);
    assertThat(height(again, 0)).isGreaterThan(3);
  }

  @Test
  void goesOnWhileOneOfFourIsKilledAndStartedAgain() throws Exception {
    BesuNetwork network = started(4);
    ProcessHandle victim = processes(network).get(2);
    network.killValidator(2);
    assertThat(victim.isAlive()).isFalse();
    awaitHeight(network, 0, height(network, 0) + 2);
    network.restartValidator(2);
    awaitHeight(network, 2, height(network, 0));
    assertThat(told.getLast()).startsWith("  validator-3 ").contains("3 peers");
  }

  @Test
  void comesBackAfterAllWereKilled() throws Exception {
    BesuNetwork network = started(2);
    awaitHeight(network, 0, 2);
    network.kill();
    network.restart();
    assertThat(height(network, 0)).isGreaterThan(2);
  }

  @Test
  void tellsOfOneThatEndsByItself() throws Exception {
    BesuNetwork network = started(4);
    processes(network).get(1).destroyForcibly();
    while (told.stream().noneMatch(line -> line.contains("validator-2 ended by itself"))) {
      Thread.onSpinWait();
    }
    assertThat(told.getLast()).contains("exit code 137", "validator-2.log");
  }

  @Test
  void saysWhatBesuSaidOfAGenesisThatChanged() throws Exception {
    started(1).close();
    Path genesis = chain().resolve("genesis.json");
    Files.writeString(genesis, Files.readString(genesis).replace("30000", "30001"));
    BesuNetwork changed = network(1);
    assertThatIOException()
        .isThrownBy(changed::start)
        .withMessageContaining("validator-1 was refused by Besu (exit code 2)")
        .withMessageContaining("Supplied genesis block does not match")
        .withMessageNotContaining("Usage:");
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    BesuNetwork network = network(1);
    String peers = Files.readString(chain().resolve("validator-1/static-nodes.json"));
    int p2p = Enode.of(peers.replaceAll("[\\[\\]\"\\s]", "")).port();
    try (ServerSocket _ = new ServerSocket(p2p, 1, InetAddress.getLoopbackAddress())) {
      assertThatIOException()
          .isThrownBy(network::start)
          .withMessage("validator-1: port %d of 127.0.0.1 is taken", p2p);
    }
  }

  @Test
  void saysThatNoBlockIsMade() throws Exception {
    besu.mode("no blocks");
    BesuNetwork network = network(OptionalInt.of(2), OptionalInt.empty(), Duration.ofSeconds(8));
    assertThatIOException()
        .isThrownBy(network::start)
        .withMessageContaining("validator-1, validator-2: RPC answers, and no new block came")
        .withMessageContaining("within 8 s; see " + chain().resolve("validator-1.log"))
        .withMessageContaining("Starting Besu");
  }

  @Test
  void saysWhichOneDiedWhileItStartedAndEndsTheOthers() throws Exception {
    besu.mode("dies validator-2");
    BesuNetwork network = network(3);
    assertThatIOException()
        .isThrownBy(network::start)
        .withMessageContaining("validator-2 ended with exit code 1; see ")
        .withMessageContaining("the disk is full of stand-ins");
    assertThat(network.validators()).noneMatch(v -> v.handle().isPresent());
  }

  @Test
  void takesTheRpcPortItIsGiven() throws Exception {
    int free = ValidatorPorts.choose(1).getFirst().rpc();
    BesuNetwork network = network(OptionalInt.of(1), OptionalInt.of(free), SOON);
    network.start();
    assertThat(network.rpc().getPort()).isEqualTo(free);
  }

  @Test
  void canBeClosedWhileItStarts() throws Exception {
    besu.mode("no blocks");
    BesuNetwork network = network(2);
    Thread closer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!Files.exists(chain().resolve("validator-2/besu.ports"))) {
                    Thread.onSpinWait();
                  }
                  network.close();
                });
    assertThatIOException().isThrownBy(network::start);
    closer.join();
    assertThat(network.validators()).noneMatch(v -> v.handle().isPresent());
  }

  @Test
  void doesNotMixChains() throws Exception {
    network(2);
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> network(3))
        .withMessageContaining("began with 2 validators, not 3");
    Files.delete(chain().resolve("validator-2/key"));
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> network(2))
        .withMessageContaining("validator-2/key is missing");
    NodeKey.generate(new java.security.SecureRandom()).write(chain().resolve("validator-2/key"));
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> network(2))
        .withMessageContaining("names other validators than the keys beside it");
  }

  @Test
  void boundsTheNumberOfValidators() {
    for (int impossible : new int[] {0, -1, 17}) {
      assertThatExceptionOfType(CommandException.class)
          .isThrownBy(() -> network(impossible))
          .withMessage("validators are 1 to 16, not " + impossible);
    }
  }
}
