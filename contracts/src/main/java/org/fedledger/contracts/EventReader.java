package org.fedledger.contracts;

import java.util.Optional;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.rlp.Rlp;
import org.web3j.protocol.core.methods.response.Log;

/** Reads logs that receipts prove as the protocol's events; needs no network. */
public final class EventReader {

  private EventReader() {}

  /**
   * @param log of a federation's contract
   * @return empty for logs of other events than the contract's
   * @throws IllegalArgumentException if it is none that the contract can have made
   */
  public static Optional<LedgerEvent> read(ReceiptLog log) {
    Log form = new Log();
    form.setAddress(log.address().toString());
    form.setTopics(log.topics().stream().map(Rlp.Text::toString).toList());
    form.setData(log.data().toString());
    try {
      return Events.read(form);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "a log is none of the contract's events: " + e.getMessage(), e);
    }
  }
}
