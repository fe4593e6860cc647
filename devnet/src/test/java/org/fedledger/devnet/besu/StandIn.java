package org.fedledger.devnet.besu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fedledger.types.Digest;

/**
 * Stands in for Besu where there is none: takes the command line, files and environment that a real
 * one was seen to need and nothing else, and answers ports and RPC as it did. Its blocks are only
 * counted, by those that two thirds of the validators can reach in the same round of consensus.
 * Rounds are two: whoever saw a chain halt is in the later one until it starts anew, as a real one
 * is in one that lasts about as long as the halt did.
 */
public final class StandIn {

  private static final int USAGE = 2;
  private static final long TICK_MILLIS = 100;
  private static final int TICKS_BEFORE_FIRST_BLOCK = 5;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Set<String> FLAGS = Set.of("--rpc-http-enabled", "--rpc-ws-enabled");
  private static final Map<String, String> EXACT =
      Map.of(
          "--p2p-host", "127.0.0.1",
          "--p2p-interface", "127.0.0.1",
          "--discovery-enabled", "false",
          "--nat-method", "NONE",
          "--rpc-http-host", "127.0.0.1",
          "--rpc-ws-host", "127.0.0.1",
          "--min-gas-price", "0",
          "--tx-pool-max-future-by-sender", "100000",
          "--color-enabled", "false",
          "--rpc-http-api", "ETH,NET,WEB3,QBFT,ADMIN,TXPOOL");
  private static final Set<String> OTHERS =
      Set.of("--data-path", "--genesis-file", "--p2p-port", "--rpc-http-port", "--rpc-ws-port");

  private final Map<String, String> options;
  private final Path data;
  private final List<String> validators = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<ServerWebSocket> subscribers = new CopyOnWriteArrayList<>();
  private volatile long height;
  private volatile long blockTime;
  private volatile int peers;
  private volatile int round;
  private volatile int dropped;

  /** Peers that are not up. */
  private int ended;

  private StandIn(Map<String, String> options) {
    this.options = options;
    this.data = Path.of(options.get("--data-path"));
  }

  public static void main(String[] args) throws Exception {
    StandIn node = new StandIn(parse(args));
    node.run();
  }

  private static IllegalArgumentException refuse(String why, Object... values) {
    System.out.println(why.formatted(values));
    System.out.println();
    System.out.println("Usage: besu [OPTIONS] [COMMAND]");
    System.out.println("      --data-path=<PATH>      The path to the data directory");
    System.exit(USAGE);
    return new IllegalArgumentException(why);
  }

  private static Map<String, String> parse(String[] args) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : args) {
      String[] parts = arg.split("=", 2);
      boolean flag = FLAGS.contains(parts[0]);
      if (flag != (parts.length == 1)
          || !(flag || EXACT.containsKey(parts[0]) || OTHERS.contains(parts[0]))) {
        throw refuse("Unknown option: '%s'", arg);
      }
      if (EXACT.containsKey(parts[0]) && !EXACT.get(parts[0]).equals(parts[1])) {
        throw refuse("Invalid value for option '%s': %s", parts[0], parts[1]);
      }
      options.put(parts[0], flag ? "" : parts[1]);
    }
    for (Set<String> needed : List.of(FLAGS, EXACT.keySet(), OTHERS)) {
      if (!options.keySet().containsAll(needed)) {
        throw refuse("Missing required options: %s, given %s", needed, options.keySet());
      }
    }
    return options;
  }

  private int port(String option) {
    return Integer.parseInt(options.get(option));
  }

  private String name() {
    return data.getFileName().toString();
  }

  private void run() throws Exception {
    String mode = Files.readString(Path.of(System.getProperty("stand-in.mode"))).strip();
    System.out.println("Starting Besu, a stand-in, mode '" + mode + "'");
    if (mode.equals("dies " + name())) {
      System.out.println("Exception in thread: the disk is full of stand-ins");
      System.exit(1);
    }
    requireEnvironment();
    requireFiles();
    requireSameGenesis();
    ServerSocket p2p = listen();
    serve(Vertx.vertx());
    Files.writeString(
        data.resolve("besu.ports"),
        "json-rpc=%d%nws-rpc=%d%np2p=%d%n"
            .formatted(port("--rpc-http-port"), port("--rpc-ws-port"), port("--p2p-port")));
    if (mode.equals("hangs")) {
      Runtime.getRuntime().addShutdownHook(new Thread(StandIn::hang));
    }
    Thread.ofPlatform().daemon().start(() -> answerPeers(p2p));
    makeBlocks(!mode.equals("no blocks"));
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void requireEnvironment() {
    String own = System.getenv().getOrDefault("BESU_OPTS", "");
    if (!own.matches(".*-Xmx[1-9][0-9]*m .*") || Runtime.getRuntime().maxMemory() > 1L << 30) {
      throw refuse("the heap is not bounded by BESU_OPTS: %s", own);
    }
    if (!Path.of(System.getProperty("java.io.tmpdir")).startsWith(data)) {
      throw refuse("temporary files would go to %s", System.getProperty("java.io.tmpdir"));
    }
    if (!Files.isExecutable(Path.of(System.getenv("JAVA_HOME"), "bin", "java"))) {
      throw refuse("JAVA_HOME is no JDK: %s", System.getenv("JAVA_HOME"));
    }
  }

  private void requireFiles() throws IOException {
    Path genesisFile = Path.of(options.get("--genesis-file"));
    if (!data.isAbsolute() || !genesisFile.isAbsolute()) {
      throw refuse("paths are not absolute: %s", options);
    }
    if (Files.exists(data.resolve("besu.ports"))) {
      throw refuse("there is a stale besu.ports");
    }
    JsonNode config = MAPPER.readTree(genesisFile.toFile()).path("config");
    if (config.path("chainId").asInt() != 1337
        || !config.path("zeroBaseFee").asBoolean()
        || config.path("qbft").path("blockperiodseconds").asInt() != 1
        || !config.has("cancunTime")) {
      throw refuse("Invalid genesis file: %s", config);
    }
    String mine = requireKey();
    boolean listed = false;
    for (JsonNode each : MAPPER.readTree(data.resolve("static-nodes.json").toFile())) {
      Enode peer = Enode.of(each.asText());
      boolean self = peer.publicKey().equals(mine);
      if (self && peer.port() != port("--p2p-port")) {
        throw refuse("static-nodes.json has another port for this node: %s", peer);
      }
      listed |= self;
      validators.add(peer.address().toString());
      if (!self) {
        peerPorts.add(peer.port());
      }
    }
    String extraData = MAPPER.readTree(genesisFile.toFile()).path("extraData").asText();
    List<String> ascending = validators.stream().sorted().toList();
    String joined = String.join("94", ascending.stream().map(a -> a.substring(2)).toList());
    if (!listed || !extraData.contains(joined)) {
      throw refuse("genesis and static-nodes.json do not name the same validators");
    }
  }

  private String requireKey() throws IOException {
    Path key = data.resolve("key");
    if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(key)).equals("rw-------")) {
      throw refuse("%s can be read by others", key);
    }
    return NodeKey.read(key).publicKey();
  }

  private void requireSameGenesis() throws IOException {
    Path database = Files.createDirectories(data.resolve("database")).resolve("genesis");
    String digest =
        Digest.ofContent(Files.readAllBytes(Path.of(options.get("--genesis-file")))).toString();
    if (!Files.exists(database)) {
      Files.writeString(database, digest);
    } else if (!Files.readString(database).equals(digest)) {
      throw refuse(
          "Supplied genesis block does not match chain data stored in %s.%nPlease specify a"
              + " different data directory",
          data);
    }
    Path chain = data.resolve("database").resolve("height");
    height = Files.exists(chain) ? Long.parseLong(Files.readString(chain)) : 0;
  }

  private ServerSocket listen() {
    List<Integer> taken = new ArrayList<>();
    for (String option : List.of("--rpc-http-port", "--rpc-ws-port")) {
      try {
        new ServerSocket(port(option), 1, InetAddress.getLoopbackAddress()).close();
      } catch (IOException e) {
        taken.add(port(option));
      }
    }
    try {
      if (taken.isEmpty()) {
        return new ServerSocket(port("--p2p-port"), 50, InetAddress.getLoopbackAddress());
      }
    } catch (IOException e) {
      taken.add(port("--p2p-port"));
    }
    throw refuse(
        "Port(s) '%s' already in use. Check for other processes using the port(s).", taken);
  }

  private void answerPeers(ServerSocket p2p) {
    while (true) {
      try (Socket peer = p2p.accept()) {
        peer.getOutputStream()
            .write((height + " " + round + "\n").getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The peer is gone.
      }
    }
  }

  private void makeBlocks(boolean atAll) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (long tick = 0; !never.await(TICK_MILLIS, TimeUnit.MILLISECONDS); tick++) {
      Map<Integer, Peer> reached = askPeers();
      peers = reached.size();
      if (blockTime > 0 && !isQuorum(validators.size() - 1 - ended)) {
        round = 1;
      }
      reached.values().removeIf(peer -> peer.round() != round);
      if (!atAll || !isQuorum(reached.size()) || tick < TICKS_BEFORE_FIRST_BLOCK) {
        continue;
      }
      long seen = reached.values().stream().mapToLong(Peer::height).max().orElse(0);
      boolean first = reached.keySet().stream().allMatch(port -> port > port("--p2p-port"));
      grow(Math.max(height, seen) + (first ? 1 : 0));
    }
  }

  private boolean isQuorum(int others) {
    return 3 * (others + 1) >= 2 * validators.size();
  }

  private record Peer(long height, int round) {}

  private Map<Integer, Peer> askPeers() {
    Map<Integer, Peer> reached = new LinkedHashMap<>();
    ended = 0;
    for (int port : peerPorts) {
      try (Socket peer = new Socket()) {
        peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        peer.setSoTimeout(500);
        String line =
            new BufferedReader(
                    new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (line != null) {
          String[] words = line.split(" ");
          reached.put(port, new Peer(Long.parseLong(words[0]), Integer.parseInt(words[1])));
        }
      } catch (ConnectException e) {
        ended++;
      } catch (IOException e) {
        // It is busy.
      }
    }
    return reached;
  }

  private void grow(long to) throws IOException {
    if (to == height) {
      return;
    }
    height = to;
    blockTime = Instant.now().getEpochSecond();
    Path file = data.resolve("database").resolve("height");
    Path temporary = Files.writeString(file.resolveSibling("height.tmp"), Long.toString(height));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    subscribers.forEach(
        socket ->
            socket.writeTextMessage(
                "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x1\",\"result\":{\"number\":\"0x%x\"}}}"
                    .formatted(height)));
  }

  private void serve(Vertx vertx) throws Exception {
    HttpServer http =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  if (dropped < told("drop")) {
                    dropped++;
                    request.connection().close();
                    return;
                  }
                  request
                      .body()
                      .onSuccess(
                          body ->
                              request
                                  .response()
                                  .putHeader("Content-Type", "application/json")
                                  .end(answer(body.toString())));
                });
    http.listen(port("--rpc-http-port"), "127.0.0.1").await(10, TimeUnit.SECONDS);
    HttpServer webSocket =
        vertx
            .createHttpServer()
            .webSocketHandler(
                socket ->
                    socket.textMessageHandler(
                        text -> {
                          socket.writeTextMessage(answer(text));
                          if (text.contains("newHeads")) {
                            subscribers.add(socket);
                          }
                          socket.closeHandler(_ -> subscribers.remove(socket));
                        }));
    webSocket.listen(port("--rpc-ws-port"), "127.0.0.1").await(10, TimeUnit.SECONDS);
  }

  /** What a test wants of those that run already. */
  private static long told(String name) {
    Path file = Path.of(System.getProperty("stand-in.mode")).resolveSibling(name);
    try {
      return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String answer(String text) {
    try {
      JsonNode request = MAPPER.readTree(text);
      ObjectNode answer = MAPPER.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", request.get("id"));
      switch (request.path("method").asText()) {
        case "eth_chainId" -> answer.put("result", "0x539");
        case "eth_blockNumber" -> answer.put("result", "0x" + Long.toHexString(height));
        case "eth_getBlockByNumber" ->
            answer
                .putObject("result")
                .put("number", "0x" + Long.toHexString(height))
                .put("timestamp", "0x" + Long.toHexString(Math.max(0, blockTime - told("age"))));
        case "net_peerCount" -> answer.put("result", "0x" + Integer.toHexString(peers));
        case "web3_clientVersion" -> answer.put("result", "besu/v99.1.0/stand-in");
        case "eth_subscribe" -> answer.put("result", "0x1");
        case "qbft_getValidatorsByBlockNumber" ->
            validators.stream().sorted().forEach(answer.putArray("result")::add);
        default -> answer.putObject("error").put("code", -32601).put("message", "Method not found");
      }
      return MAPPER.writeValueAsString(answer);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
