package org.fedledger.role;

import java.util.List;
import org.fedledger.ledger.ForwardingLedger;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;

/** The ledger of an account that has nothing to pay with, until it is paid. */
final class UnpaidLedger extends ForwardingLedger {

  boolean paid;

  UnpaidLedger(Ledger ledger) {
    super(ledger);
  }

  @Override
  public Outcome submit(LedgerAction action) {
    return paid
        ? super.submit(action)
        : new Outcome.Refused(Outcome.Refused.NO_FUNDS, List.of("0x", "0", "1"));
  }
}
