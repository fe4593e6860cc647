package org.fedledger.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.fedledger.contracts.FederationContract;
import org.fedledger.contracts.JournalFolder;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.TransactionTerms;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.index.GasSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a node until it is stopped: the composition root of the program. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = {
      "Runs an aggregator: takes updates, aggregates, publishes.",
      "",
      "Each setting is a flag, an environment variable (FEDLEDGER_NODE_DATA_DIR for data-dir) or a"
          + " line 'key = value' of the configuration file; the first of them that is there counts."
          + " The key file's password is read from password-file, or from FEDLEDGER_PASSWORD."
    },
    footer = {
      "",
      "Example: ./fedledger node --config node.properties --port 8080",
      "",
      "Stops in good order on SIGTERM or Ctrl-C, and goes on where it was when started again."
    })
final class NodeCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "settings, one 'key = value' a line")
  private Path config;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description =
          "the chain's JSON-RPC; several nodes of it, with commas between, step in for each other")
  private String rpc;

  @Option(
      names = "--ws",
      paramLabel = "URL",
      description = "its WebSocket, to hear of blocks sooner")
  private String ws;

  @Option(names = "--contract", paramLabel = "0x…", description = "the federation's contract")
  private String contract;

  @Option(
      names = "--first-block",
      paramLabel = "N",
      description = "block of the contract's deployment, or one before it (default 0)")
  private String firstBlock;

  @Option(names = "--keystore", paramLabel = "FILE", description = "the node's key file")
  private String keystore;

  @Option(names = "--password-file", paramLabel = "FILE", description = "its password, first line")
  private String passwordFile;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "blobs, receipts, evaluations and the index; node.json there tells the URL")
  private String dataDir;

  @Option(names = "--host", paramLabel = "HOST", description = "listen here (default 127.0.0.1)")
  private String host;

  @Option(names = "--port", paramLabel = "PORT", description = "0, the default, takes a free one")
  private String port;

  @Option(
      names = "--monitor-host",
      paramLabel = "HOST",
      description = "tell health and metrics here, in plain HTTP (default 127.0.0.1)")
  private String monitorHost;

  @Option(
      names = "--monitor-port",
      paramLabel = "PORT",
      description = "0, the default, takes a free one; node.json there tells the URL too")
  private String monitorPort;

  @Option(
      names = "--public-url",
      paramLabel = "URL,…",
      description =
          "addresses under which clients reach this node, where these are others than it listens"
              + " on: behind a reverse proxy, or with host 0.0.0.0")
  private String publicUrl;

  @Option(
      names = "--proxies",
      paramLabel = "ADDRESS,…",
      description =
          "addresses of reverse proxies, which may open any number of connections"
              + " (default 127.0.0.1,::1)")
  private String proxies;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "certificate chain, PEM; must be there unless the host is loopback")
  private String tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "its private key, PEM")
  private String tlsKey;

  @Option(
      names = "--max-blob-bytes",
      paramLabel = "N",
      description = "largest upload (default 4 GiB)")
  private String maxBlobBytes;

  @Option(
      names = "--min-free-bytes",
      paramLabel = "N",
      description = "uploads leave so much of the disk free (default 256 MiB)")
  private String minFreeBytes;

  @Option(
      names = "--max-standstill",
      paramLabel = "SECONDS",
      description = "not ready once the chain has had no block for so long (default 300)")
  private String maxStandstill;

  @Option(
      names = "--retain-rounds",
      paramLabel = "N",
      description =
          "delete updates of rounds more than so many before the last one; audits of those then"
              + " need another node (default: keep all)")
  private String retainRounds;

  @Option(
      names = "--rpc-ca",
      paramLabel = "FILE",
      description = "trust only these authorities for the chain node, PEM (default: Java's)")
  private String rpcCa;

  @Option(
      names = "--rpc-certificate",
      paramLabel = "FILE",
      description = "certificate chain to show to the chain node, PEM")
  private String rpcCertificate;

  @Option(names = "--rpc-key", paramLabel = "FILE", description = "its private key, PKCS #8 in PEM")
  private String rpcKey;

  @Option(names = "--log-format", paramLabel = "text|json", description = "default text, to stderr")
  private String logFormat;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings =
        new Settings(
            flags(), System.getenv(), config == null ? new Properties() : Settings.read(config));
    NodeConfig node = settings.node();
    logTo(settings.jsonLogs());
    settings.useTls();
    SigningKey key = KeyFile.open(settings.keystore(), settings.password());
    try (Rpc rpc = rpc(settings)) {
      Web3jLedger ledger =
          new Web3jLedger(
              rpc,
              settings.contract(),
              settings.ws(),
              key,
              TransactionTerms.with(new JournalFolder(node.dataDir().resolve("transactions"))));
      requireOwn(rpc, ledger);
      return run(Node.start(node, ledger, GasSource.of(rpc::gasUsed, rpc::balance), key));
    }
  }

  private static Rpc rpc(Settings settings) {
    try {
      Rpc opened = new Rpc(settings.rpc());
      opened.requireOneChain();
      return opened;
    } catch (IllegalArgumentException e) {
      throw new UsageException("rpc: " + e.getMessage());
    }
  }

  /** What a look-alike says means nothing, and nothing is to be signed for it. */
  private static void requireOwn(Rpc rpc, Web3jLedger ledger) {
    switch (FederationContract.recognise(rpc, ledger)) {
      case FederationContract.Recognition.Own _ -> {
        // As it should be.
      }
      case FederationContract.Recognition.LookAlike(String why) ->
          throw new ForeignContractException(
              "contract: %s: %s".formatted(ledger.domain().contract(), why));
      case FederationContract.Recognition.NoFederation _ ->
          throw new UsageException(
              "contract: this chain records no federation at %s; see whether it and rpc fit"
                  .formatted(ledger.domain().contract()));
    }
  }

  private int run(Node node) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  node.close();
                  stopped.countDown();
                },
                "shutdown"));
    node.death().thenRun(stopped::countDown);
    command.commandLine().getOut().println(node.url());
    command.commandLine().getOut().flush();
    stopped.await();
    return node.death().isDone() ? ExitCodes.FAULT : ExitCodes.DONE;
  }

  /** Before the first logger is made. */
  private static void logTo(boolean json) {
    System.setProperty("fedledger.log.format", json ? "json" : "text");
    System.setProperty("fedledger.log.level", System.getProperty("fedledger.log.level", "INFO"));
  }

  private Map<String, String> flags() {
    Map<String, String> given = new TreeMap<>();
    put(given, "rpc", rpc);
    put(given, "ws", ws);
    put(given, "contract", contract);
    put(given, "first-block", firstBlock);
    put(given, "keystore", keystore);
    put(given, "password-file", passwordFile);
    put(given, "data-dir", dataDir);
    put(given, "host", host);
    put(given, "port", port);
    put(given, "monitor-host", monitorHost);
    put(given, "monitor-port", monitorPort);
    put(given, "public-url", publicUrl);
    put(given, "proxies", proxies);
    put(given, "tls-certificate", tlsCertificate);
    put(given, "tls-key", tlsKey);
    put(given, "max-blob-bytes", maxBlobBytes);
    put(given, "min-free-bytes", minFreeBytes);
    put(given, "max-standstill", maxStandstill);
    put(given, "retain-rounds", retainRounds);
    put(given, "rpc-ca", rpcCa);
    put(given, "rpc-certificate", rpcCertificate);
    put(given, "rpc-key", rpcKey);
    put(given, "log-format", logFormat);
    return given;
  }

  private static void put(Map<String, String> flags, String key, String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }
}
