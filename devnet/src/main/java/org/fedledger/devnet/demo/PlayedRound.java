package org.fedledger.devnet.demo;

import java.util.Map;
import org.fedledger.types.Address;

/**
 * A round that became final.
 *
 * @param metrics of the new version, by participant
 */
record PlayedRound(DemoReport.RoundEntry entry, Map<Address, DemoReport.Metrics> metrics) {}
