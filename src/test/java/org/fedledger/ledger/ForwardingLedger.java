package org.fedledger.ledger;

/** A ledger that is another one, but for what a test changes; it may be written to. */
public class ForwardingLedger extends ForwardingReader implements Ledger {

  private final Ledger ledger;

  public ForwardingLedger(Ledger ledger) {
    super(ledger);
    this.ledger = ledger;
  }

  @Override
  public Outcome submit(LedgerAction action) {
    return ledger.submit(action);
  }
}
