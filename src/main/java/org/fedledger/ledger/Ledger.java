package org.fedledger.ledger;

/** One federation's ledger, read and written by one account. */
public interface Ledger extends LedgerReader {

  /**
   * Asks for an action and waits until it is mined or refused.
   *
   * <p>Never leaves it open: an action whose fate is unknown throws {@link
   * LedgerUnreachableException}, and sending it again is harmless.
   */
  Outcome submit(LedgerAction action);
}
