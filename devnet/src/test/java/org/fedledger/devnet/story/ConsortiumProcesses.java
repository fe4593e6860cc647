package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.fedledger.client.ClientMain;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.DatasetRequest;
import org.fedledger.devnet.dataset.Datasets;
import org.fedledger.devnet.dataset.Holding;
import org.fedledger.devnet.dataset.Seed;
import org.fedledger.devnet.ledger.AnvilControl;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round;
import org.fedledger.node.NodeMain;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Address;
import picocli.CommandLine;

/**
 * A chain, a node and hospitals as processes of their own, each with its folder, and a coordinator
 * who types commands. Closing it ends all of them.
 */
final class ConsortiumProcesses implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(Networks.isAnvil() ? 2 : 6);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Path root;
  private final Dataset dataset;
  private final Map<String, Program> programs = new LinkedHashMap<>();
  private final List<String> chain = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private String nodeUrl = "";
  private LedgerFollower ledger;

  ConsortiumProcesses(Path root) throws Exception {
    this.root = root;
    this.dataset = Datasets.of("patients", DatasetRequest.of(new Seed(1)));
    Files.createDirectories(logs());
    Files.writeString(password(), "a password for tests\n");
    Files.write(spec(), SpecJson.write(dataset.spec()));
    for (Holding holding : dataset.holdings()) {
      Files.writeString(table(holding.participant()), ((Holding.Table) holding).csv());
    }
  }

  List<String> hospitals() {
    return dataset.holdings().stream().map(Holding::participant).toList();
  }

  private Path logs() {
    return root.resolve("logs");
  }

  private Path password() {
    return root.resolve("password");
  }

  private Path spec() {
    return root.resolve("spec.json");
  }

  private Path table(String hospital) {
    return root.resolve(hospital + ".csv");
  }

  private Path key(String who) {
    return root.resolve(who + ".key");
  }

  /** The folder in which the node keeps its blobs. */
  Path blobs() {
    return root.resolve("node").resolve("blobs");
  }

  Address address(String who) throws IOException {
    return KeyFile.address(key(who));
  }

  /** Starts the chain, founds the federation and admits the hospitals. */
  void found() throws Exception {
    for (String who : List.of("coordinator", "node", "verifier", "auditor")) {
      type("keys", "new", key(who).toString(), "--light", "--password-file", password().toString());
    }
    for (String hospital : hospitals()) {
      type("keys", "new", key(hospital).toString(), "--light", "--password-file", password() + "");
    }
    JsonNode network = startChain();
    chain.addAll(List.of("--rpc", network.get("rpc").textValue()));
    String contract =
        typeAsCoordinator(
                "create",
                "--spec",
                spec().toString(),
                "--aggregator",
                address("node").toString(),
                "--verifier",
                address("verifier").toString(),
                "--auditor",
                address("auditor").toString(),
                "--quorum",
                "2")
            .get("contract")
            .textValue();
    chain.addAll(List.of("--contract", contract));
    List<String> admit = new ArrayList<>(List.of("admit"));
    for (String hospital : hospitals()) {
      admit.add(address(hospital).toString());
    }
    typeAsCoordinator(admit.toArray(String[]::new));
    follow(network, Address.of(contract));
  }

  private JsonNode startChain() throws Exception {
    Path folder = root.resolve("chain");
    List<String> arguments = new ArrayList<>(List.of("devnet", "up", "--dir", folder.toString()));
    arguments.addAll(Networks.words());
    start("chain", DevnetMain.class, arguments);
    return awaitFile("chain", folder.resolve("network.json"));
  }

  private void follow(JsonNode network, Address contract) {
    Rpc rpc = new Rpc(URI.create(network.get("rpc").textValue()));
    open.add(rpc);
    URI webSocket = URI.create(network.get("webSocket").textValue());
    ledger = new LedgerFollower(new Web3jLedgerReader(rpc, contract, Optional.of(webSocket)), 0);
    open.add(ledger);
    ledger.start();
  }

  /** Starts the node; started again, it listens where it did before. */
  void startNode() throws Exception {
    String port = nodeUrl.isEmpty() ? "0" : Integer.toString(URI.create(nodeUrl).getPort());
    List<String> arguments = new ArrayList<>(List.of("node"));
    arguments.addAll(chain);
    arguments.addAll(List.of("--keystore", key("node").toString()));
    arguments.addAll(List.of("--password-file", password().toString()));
    arguments.addAll(List.of("--data-dir", root.resolve("node").toString(), "--port", port));
    start("node", NodeMain.class, arguments);
    nodeUrl = awaitFile("node", root.resolve("node").resolve("node.json")).get("url").textValue();
  }

  /** Starts the verifier, without whom no version becomes final. */
  void startVerifier() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("verifier", "run"));
    arguments.addAll(chain);
    arguments.addAll(List.of("--node", nodeUrl, "--keystore", key("verifier").toString()));
    arguments.addAll(List.of("--password-file", password().toString()));
    arguments.addAll(List.of("--dir", root.resolve("verifier").toString()));
    start("verifier", ClientMain.class, arguments);
  }

  void startHospital(String hospital) throws IOException {
    start(hospital, ClientMain.class, participant("run", hospital));
  }

  /** A hospital tries what it takes before it takes part. */
  void checkHospital(String hospital) throws IOException {
    type(participant("check", hospital).toArray(String[]::new));
  }

  private List<String> participant(String command, String hospital) {
    List<String> arguments = new ArrayList<>(List.of("participant", command));
    arguments.addAll(chain);
    arguments.addAll(List.of("--node", nodeUrl, "--keystore", key(hospital).toString()));
    arguments.addAll(List.of("--password-file", password().toString()));
    arguments.addAll(List.of("--data", table(hospital).toString()));
    arguments.addAll(List.of("--dir", root.resolve(hospital).toString()));
    return arguments;
  }

  /** What lets the chain be stopped, and its time go on. */
  AnvilControl chainControl() {
    AnvilControl control = new AnvilControl(URI.create(chain.get(1)));
    open.add(control);
    return control;
  }

  /** What anybody sees of the federation. */
  JsonNode status() throws IOException {
    List<String> words = new ArrayList<>(List.of("federation", "status", "--json"));
    words.addAll(chain);
    return new ObjectMapper().readTree(type(words.toArray(String[]::new)));
  }

  /** The newest final model, fetched by somebody without a key. */
  Path model() {
    Path file = root.resolve("model.safetensors");
    List<String> words = new ArrayList<>(List.of("model", "get", "--out", file.toString()));
    words.addAll(chain);
    words.addAll(List.of("--blobs", nodeUrl));
    type(words.toArray(String[]::new));
    return file;
  }

  private void start(String name, Class<?> main, List<String> arguments) throws IOException {
    programs.put(name, Program.start(name, logs(), main, arguments));
  }

  Program program(String name) {
    return programs.get(name);
  }

  void openRound() throws Exception {
    typeAsCoordinator("open-round", "--no-wait", "--spec", spec().toString(), "--node", nodeUrl);
  }

  private JsonNode typeAsCoordinator(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("federation"));
    all.addAll(List.of(words));
    all.addAll(chain);
    all.addAll(List.of("--keystore", key("coordinator").toString()));
    all.addAll(List.of("--password-file", password().toString(), "--json"));
    return new ObjectMapper().readTree(type(all.toArray(String[]::new)));
  }

  /** A command that ends by itself, in this process. */
  private static String type(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        ClientMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    assertThat(command.execute(words)).as("%s%n%s", String.join(" ", words), err).isZero();
    return out.toString();
  }

  /** Audits in a process of its own, over the folder of blobs. */
  Program audit(String name) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("audit", "verify", "--json"));
    arguments.addAll(chain);
    arguments.addAll(List.of("--blobs", blobs().toString()));
    return Program.start(name, logs(), ClientMain.class, arguments);
  }

  /** Audits as the auditor does from afar: everything from the node, reads signed. */
  Program auditFromAfar() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("audit", "verify", "--json"));
    arguments.addAll(chain);
    arguments.addAll(List.of("--blobs", nodeUrl, "--keystore", key("auditor").toString()));
    arguments.addAll(List.of("--password-file", password().toString()));
    return Program.start("audit-from-afar", logs(), ClientMain.class, arguments);
  }

  /** Waits until the last round is as wanted. */
  Round awaitRound(Predicate<Round> fits) throws Exception {
    return await(state -> state.round().filter(fits).isPresent()).round().orElseThrow();
  }

  FederationState awaitVersion(long version) throws Exception {
    return await(state -> state.head().version() >= version);
  }

  private FederationState await(Predicate<FederationState> fits) throws Exception {
    try {
      return ledger.await(fits, PATIENCE);
    } catch (TimeoutException e) {
      throw new AssertionError("the ledger is at " + ledger.state() + "\n" + talk(), e);
    }
  }

  private String talk() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Program program : programs.values()) {
      all.append(program.talk()).append('\n');
    }
    return all.toString();
  }

  /** Waits for a file that a program writes once it is ready; no event tells of it. */
  private JsonNode awaitFile(String program, Path file) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > deadline || !program(program).isAlive()) {
        throw new AssertionError("there is no " + file + "\n" + program(program).talk());
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return new ObjectMapper().readTree(file.toFile());
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    // The chain last, so that nobody talks of a chain that is gone.
    programs.values().stream().toList().reversed().forEach(Program::close);
  }
}
