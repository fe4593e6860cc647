package org.fedledger.devnet.demo;

import java.util.List;
import java.util.Map;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;

/**
 * A round that became final.
 *
 * @param commitments in the order of the ledger
 * @param metrics of the new version, by participant
 */
record PlayedRound(
    DemoReport.RoundEntry entry,
    List<UpdateCommitment> commitments,
    Map<Address, DemoReport.Metrics> metrics) {

  PlayedRound {
    commitments = List.copyOf(commitments);
  }
}
