package org.fedledger.devnet.demo;

import java.util.Map;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;

/**
 * A round that became final.
 *
 * @param record as the ledger has it
 * @param metrics of the new version, by participant
 */
record PlayedRound(
    DemoReport.RoundEntry entry, Round record, Map<Address, DemoReport.Metrics> metrics) {}
