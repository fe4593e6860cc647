package org.fedledger.contracts;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How an account sends.
 *
 * @param journal of what was signed
 * @param patience how long a block is waited for; the transaction may come into one later
 * @param stuckAfter after which, if blocks pass it by, more is offered for it
 * @param told of each transaction before it is sent
 */
public record TransactionTerms(
    TransactionJournal journal,
    Duration patience,
    Duration stuckAfter,
    Consumer<SignedTransaction> told) {

  /** A transaction may wait for a halted chain; the caller asks again after that. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(2);

  private static final Duration DEFAULT_STUCK_AFTER = Duration.ofSeconds(20);

  /** The usual ones, with that journal. */
  public static TransactionTerms with(TransactionJournal journal) {
    return new TransactionTerms(journal, DEFAULT_PATIENCE, DEFAULT_STUCK_AFTER, _ -> {});
  }

  /** The usual ones for a process that keeps nothing. */
  public static TransactionTerms inMemory() {
    return with(TransactionJournal.inMemory());
  }

  public TransactionTerms withPatience(Duration other) {
    return new TransactionTerms(journal, other, stuckAfter, told);
  }

  public TransactionTerms telling(Consumer<SignedTransaction> other) {
    return new TransactionTerms(journal, patience, stuckAfter, other);
  }
}
