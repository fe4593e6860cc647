package org.fedledger.devnet.ledger;

import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationSetup;

/** One federation on an Anvil whose time stands still until it is moved. */
final class AnvilWorld extends NetworkWorld {

  private final AnvilControl control;

  /**
   * @throws IllegalStateException if the contract refuses such a founding, naming the error
   */
  AnvilWorld(Network network, FederationSetup setup) {
    super(stopped(network), setup);
    control = new AnvilControl(network.rpc());
  }

  private static Network stopped(Network network) {
    try (AnvilControl control = new AnvilControl(network.rpc())) {
      control.stopTime();
    }
    return network;
  }

  AnvilControl control() {
    return control;
  }

  @Override
  public void moveTo(long seconds) {
    control.moveTo(seconds);
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public void close() {
    control.close();
    super.close();
  }
}
