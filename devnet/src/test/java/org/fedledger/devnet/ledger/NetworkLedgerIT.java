package org.fedledger.devnet.ledger;

import java.nio.file.Path;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real network keeps to what every ledger does. */
@Timeout(300)
class NetworkLedgerIT extends LedgerSuite {

  @TempDir static Path folder;

  private static Network network;

  @BeforeAll
  static void start() throws Exception {
    network = Networks.start(folder);
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
  }

  @Override
  protected LedgerStory.World found(FederationSetup setup) {
    return NetworkWorld.on(network, setup);
  }
}
