package org.fedledger.devnet.ledger;

import java.nio.file.Path;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real Anvil keeps to what every ledger does. */
@Timeout(120)
class AnvilLedgerIT extends LedgerSuite {

  @TempDir static Path folder;

  private static AnvilNetwork network;

  @BeforeAll
  static void start() throws Exception {
    network = AnvilNetwork.start(folder);
  }

  @AfterAll
  static void end() {
    network.close();
  }

  @Override
  protected LedgerStory.World found(FederationSetup setup) {
    return new AnvilWorld(network, setup);
  }
}
