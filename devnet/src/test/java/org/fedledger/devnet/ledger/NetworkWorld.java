package org.fedledger.devnet.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.FederationDeployer.Deployment;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.TestKeys;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Assumptions;

/** One federation on a network whose time goes on by itself. */
class NetworkWorld implements LedgerStory.World {

  private static final SigningKey FOUNDER = TestKeys.key(9);

  /** Seconds that a test may wait for in every build; the longer ones are asked for. */
  private static final long SHORT = 20;

  private static final String LONG_WAITS = "fedledger.long";

  private final Network network;
  private final Rpc rpc;
  private final Deployment.Deployed deployed;
  private final Map<Address, Ledger> ledgers = new ConcurrentHashMap<>();

  /**
   * @throws IllegalStateException if the contract refuses such a founding, naming the error
   */
  NetworkWorld(Network network, FederationSetup setup) {
    this.network = network;
    rpc = new Rpc(network.rpc());
    deployed =
        switch (new FederationDeployer(rpc, FOUNDER).deploy(setup)) {
          case Deployment.Deployed d -> d;
          case Deployment.Refused r -> {
            rpc.close();
            throw new IllegalStateException(r.why().toString());
          }
        };
  }

  /** On Anvil a world whose time stands still. */
  static NetworkWorld on(Network network, FederationSetup setup) {
    return Networks.isAnvil() ? new AnvilWorld(network, setup) : new NetworkWorld(network, setup);
  }

  final Rpc rpc() {
    return rpc;
  }

  final Deployment.Deployed deployed() {
    return deployed;
  }

  @Override
  public final Ledger as(SigningKey account) {
    return ledgers.computeIfAbsent(
        account.address(),
        _ -> new Web3jLedger(rpc, deployed.contract(), Optional.empty(), account));
  }

  @Override
  public final long now() {
    return as(LedgerStory.ANYBODY).head().timestamp();
  }

  @Override
  public void moveTo(long seconds) {
    long wait = seconds - now();
    Assumptions.assumeTrue(
        wait <= SHORT || Boolean.getBoolean(LONG_WAITS),
        "this waits for %d s of block time; -D%s=true has it run".formatted(wait, LONG_WAITS));
    Web3jLedgerReader reader =
        new Web3jLedgerReader(rpc, deployed.contract(), Optional.of(network.webSocket()));
    try (LedgerFollower follower =
        new LedgerFollower(reader, deployed.block(), 0, LedgerFollower.DEFAULT_POLL)) {
      follower.start();
      follower.await(
          state -> state.at().timestamp() >= seconds, Duration.ofSeconds(2 * wait + SHORT));
    } catch (TimeoutException e) {
      throw new AssertionError("block time did not come to " + seconds, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public final long firstBlock() {
    return deployed.block();
  }

  @Override
  public boolean standsStill() {
    return false;
  }

  @Override
  public void close() {
    rpc.close();
  }
}
