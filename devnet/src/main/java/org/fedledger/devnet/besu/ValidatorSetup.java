package org.fedledger.devnet.besu;

import java.nio.file.Path;

/**
 * One validator before it is started.
 *
 * @param name within its network
 * @param folder for its key and its chain
 * @param log of all its runs, the last one at the end
 */
record ValidatorSetup(String name, Path folder, Path log, NodeKey key, ValidatorPorts ports) {

  /** Where its peers find it. */
  Enode enode() {
    return key.at("127.0.0.1", ports.p2p());
  }

  /** For what Besu and its libraries unpack and record while they run. */
  Path temporary() {
    return folder.resolve("tmp");
  }
}
