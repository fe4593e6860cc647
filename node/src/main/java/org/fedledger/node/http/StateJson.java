package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Tenure;

/** Parts that several documents about the ledger's state have in common. */
final class StateJson {

  private static final long MAX_EXACT = (1L << 53) - 1;

  private StateJson() {}

  static void tenure(ObjectNode out, Tenure tenure) {
    out.put("from", tenure.from());
    if (tenure.until() == Tenure.OPEN) {
      out.putNull("until");
    } else {
      out.put("until", tenure.until());
    }
  }

  /** Unsigned; a number up to 2^53-1, else a decimal string. */
  static void count(ObjectNode out, String name, long value) {
    if (value >= 0 && value <= MAX_EXACT) {
      out.put(name, value);
    } else {
      out.put(name, Long.toUnsignedString(value));
    }
  }

  /** The block as of which a document is. */
  static void block(ObjectNode out, FederationState state) {
    out.putObject("block")
        .put("number", state.at().number())
        .put("hash", state.at().hash().toString())
        .put("timestamp", state.at().timestamp());
  }
}
