package org.fedledger.devnet.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AnvilNetworkIT {

  @TempDir Path folder;

  @Test
  void goesOnWithTheSameChainAfterAKill() throws Exception {
    try (AnvilNetwork network = AnvilNetwork.start(folder)) {
      Address contract = deploy(network);
      awaitStateOnDisk(network);
      network.kill();
      network.restart();
      try (Rpc rpc = new Rpc(network.rpc())) {
        Web3jLedgerReader ledger = new Web3jLedgerReader(rpc, contract, Optional.empty());
        assertThat(ledger.events(0, ledger.head().number())).isNotEmpty();
      }
    }
  }

  @Test
  void leavesNothingRunningWhenClosed() throws Exception {
    AnvilNetwork network = AnvilNetwork.start(folder);
    ProcessHandle anvil = ProcessHandle.of(network.processId()).orElseThrow();
    network.close();
    anvil.onExit().get(20, TimeUnit.SECONDS);
    assertThat(anvil.isAlive()).isFalse();
  }

  @Test
  void takesTheNextPortWhereAnotherProgramWasFaster() throws Exception {
    try (AnvilNetwork first = AnvilNetwork.start(folder.resolve("first"))) {
      int taken = first.rpc().getPort();
      Iterator<Integer> ports = List.of(taken, taken + 1, taken + 2).iterator();
      try (AnvilNetwork second = AnvilNetwork.start(folder.resolve("second"), ports::next)) {
        assertThat(second.rpc().getPort()).isGreaterThan(taken);
      }
    }
  }

  @Test
  void diesWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dfedledger.home=" + System.getProperty("fedledger.home", "."),
                Parent.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
    ProcessHandle anvil = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
    assertThat(anvil.isAlive()).isTrue();
    parent.destroyForcibly().waitFor();
    anvil.onExit().get(20, TimeUnit.SECONDS);
  }

  /** A process that starts a network and waits to be killed. */
  static final class Parent {
    public static void main(String[] folder) throws Exception {
      System.out.println(AnvilNetwork.start(Path.of(folder[0])).processId());
      Thread.currentThread().join();
    }
  }

  private static Address deploy(AnvilNetwork network) {
    byte[] secret = new byte[32];
    secret[31] = 1;
    SigningKey key = SigningKey.fromSecret(secret);
    Digest digest = Digest.ofContent(secret);
    try (Rpc rpc = new Rpc(network.rpc())) {
      FederationSetup setup =
          new FederationSetup(
              new FederationId(digest.bytes()),
              digest,
              new BlobId(digest, 1),
              Optional.empty(),
              1,
              0,
              1,
              key.address(),
              Optional.empty(),
              List.of(key.address()),
              List.of(),
              List.of());
      return ((FederationDeployer.Deployment.Deployed)
              new FederationDeployer(rpc, key).deploy(setup))
          .contract();
    }
  }

  /** Anvil writes its state every two seconds; five blocks of one second are beyond that. */
  private static void awaitStateOnDisk(AnvilNetwork network) throws InterruptedException {
    try (Rpc rpc = new Rpc(network.rpc())) {
      Web3jLedgerReader reader =
          new Web3jLedgerReader(rpc, Address.of("0x" + "00".repeat(20)), Optional.empty());
      long until = reader.head().number() + 5;
      while (reader.head().number() < until) {
        Thread.onSpinWait();
      }
    }
  }
}
