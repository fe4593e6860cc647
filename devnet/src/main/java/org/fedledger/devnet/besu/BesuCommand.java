package org.fedledger.devnet.besu;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words and the environment with which one validator is started. */
final class BesuCommand implements ValidatorProgram {

  /** Megabytes; a validator of a small chain needs 256, and without a bound takes all it can. */
  private static final int HEAP = 384;

  /** Transactions that one account may have waiting beyond the next; the default drops at 200. */
  private static final int FUTURE_BY_SENDER = 100_000;

  private final BesuInstallation besu;
  private final Path genesis;

  BesuCommand(BesuInstallation besu, Path genesis) {
    this.besu = besu;
    this.genesis = genesis;
  }

  @Override
  public List<String> words(ValidatorSetup setup) {
    return List.of(
        besu.executable().toString(),
        "--data-path=" + setup.folder(),
        "--genesis-file=" + genesis,
        "--p2p-host=127.0.0.1",
        "--p2p-interface=127.0.0.1",
        "--p2p-port=" + setup.ports().p2p(),
        "--discovery-enabled=false",
        "--nat-method=NONE",
        "--rpc-http-enabled",
        "--rpc-http-host=127.0.0.1",
        "--rpc-http-port=" + setup.ports().rpc(),
        "--rpc-http-api=ETH,NET,WEB3,QBFT,ADMIN,TXPOOL",
        "--rpc-ws-enabled",
        "--rpc-ws-host=127.0.0.1",
        "--rpc-ws-port=" + setup.ports().webSocket(),
        // On every validator, or free transactions are mined only by the one that took them.
        "--min-gas-price=0",
        "--tx-pool-max-future-by-sender=" + FUTURE_BY_SENDER,
        "--color-enabled=false");
  }

  @Override
  public Map<String, String> environment(ValidatorSetup setup) {
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_HOME", besu.javaHome().toString());
    environment.put("BESU_OPTS", options(setup));
    return environment;
  }

  /** A person's own options come last, and so win. */
  private static String options(ValidatorSetup setup) {
    StringBuilder options = new StringBuilder();
    options.append("-Xmx").append(HEAP).append('m');
    // Validators of a small chain do little; starting is most of what they compile for.
    options.append(" -XX:TieredStopAtLevel=1 -XX:-UsePerfData");
    // Where the flight recording goes that its script starts.
    options.append(' ').append(quoted("-Djava.io.tmpdir=" + setup.temporary()));
    String own = System.getenv("BESU_OPTS");
    return own == null ? options.toString() : options.append(' ').append(own).toString();
  }

  /** Its script splits the options at spaces outside quotes. */
  private static String quoted(String option) {
    return option.indexOf(' ') < 0 ? option : '"' + option + '"';
  }
}
