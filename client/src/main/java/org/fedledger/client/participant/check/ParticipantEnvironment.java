package org.fedledger.client.participant.check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.fedledger.client.node.NodeClient;
import org.fedledger.contracts.ContractCode;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * All that a participant depends on.
 *
 * @param contract as the participant was told
 * @param nodes at least one
 * @param table the participant's data
 * @param folder the work folder, which need not be there yet
 */
record ParticipantEnvironment(
    Chain chain,
    Address contract,
    List<Node> nodes,
    KeySource key,
    Path table,
    Path folder,
    InstantSource clock) {

  /** A chain node, asked only when it is looked at. */
  interface Chain {

    /**
     * @throws org.fedledger.ledger.LedgerUnreachableException if it does not answer
     */
    LedgerReader ledger();

    /** Whether the contract is this build's. */
    ContractCode.Finding code(RecordedEvent founding);
  }

  /**
   * @param address as the participant was told
   * @param open makes a client, which is closed after use
   */
  record Node(String address, Function<SigningDomain, NodeClient> open) {}

  /** Where the participant's key comes from. */
  interface KeySource {
    SigningKey open() throws IOException;
  }
}
