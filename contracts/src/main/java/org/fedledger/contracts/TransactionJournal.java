package org.fedledger.contracts;

import java.util.ArrayList;
import java.util.List;

/**
 * What was signed and may have been sent, until it is known what became of it. Safe for many
 * threads.
 *
 * <p>A transaction whose sending was cut off may be in a block nevertheless; who forgets it does
 * the same twice.
 */
public interface TransactionJournal {

  /** All that is not settled, of whatever account and chain, lowest nonces first. */
  List<SignedTransaction> unsettled();

  /**
   * Remembers one, before it is sent.
   *
   * @throws org.fedledger.ledger.LedgerUnreachableException if it cannot be kept, and so must not
   *     be sent
   */
  void keep(SignedTransaction transaction);

  /** Forgets one whose end is known. */
  void settle(SignedTransaction transaction);

  /** One that is forgotten with its process. */
  static TransactionJournal inMemory() {
    return new TransactionJournal() {
      private final List<SignedTransaction> kept = new ArrayList<>();

      @Override
      public synchronized List<SignedTransaction> unsettled() {
        return List.copyOf(kept);
      }

      @Override
      public synchronized void keep(SignedTransaction transaction) {
        kept.add(transaction);
      }

      @Override
      public synchronized void settle(SignedTransaction transaction) {
        kept.removeIf(each -> each.hash().equals(transaction.hash()));
      }
    };
  }
}
