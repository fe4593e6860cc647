package org.fedledger.devnet.ledger;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.FederationDeployer.Deployment;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.TestKeys;
import org.fedledger.types.Address;

/** One federation on an Anvil whose time stands still until it is moved. */
final class AnvilWorld implements LedgerStory.World {

  private static final SigningKey FOUNDER = TestKeys.key(9);

  private final Rpc rpc;
  private final AnvilControl control;
  private final Deployment.Deployed deployed;
  private final Map<Address, Ledger> ledgers = new ConcurrentHashMap<>();

  /**
   * @throws IllegalStateException if the contract refuses such a founding, naming the error
   */
  AnvilWorld(Network network, FederationSetup setup) {
    rpc = new Rpc(network.rpc());
    control = new AnvilControl(network.rpc());
    control.stopTime();
    deployed =
        switch (new FederationDeployer(rpc, FOUNDER).deploy(setup)) {
          case Deployment.Deployed d -> d;
          case Deployment.Refused r -> {
            close();
            throw new IllegalStateException(r.why().toString());
          }
        };
  }

  Rpc rpc() {
    return rpc;
  }

  AnvilControl control() {
    return control;
  }

  Deployment.Deployed deployed() {
    return deployed;
  }

  @Override
  public Ledger as(SigningKey account) {
    return ledgers.computeIfAbsent(
        account.address(),
        _ -> new Web3jLedger(rpc, deployed.contract(), Optional.empty(), account));
  }

  @Override
  public long now() {
    return as(LedgerStory.ANYBODY).head().timestamp();
  }

  @Override
  public void moveTo(long seconds) {
    control.moveTo(seconds);
  }

  @Override
  public void close() {
    control.close();
    rpc.close();
  }
}
