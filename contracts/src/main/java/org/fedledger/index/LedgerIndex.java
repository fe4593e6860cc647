package org.fedledger.index;

import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.LedgerFeed;

/**
 * An index of one federation's ledger: one writer, many readers.
 *
 * <p>Holds nothing that cannot be read from the ledger again. A reorg is noticed by the hashes of
 * blocks, and the blocks that left the chain are undone, down to the one where the chains part; one
 * that is deeper than {@link #UNDO_BLOCKS} costs reading the record anew. Safe for many threads.
 */
public interface LedgerIndex extends AutoCloseable {

  /** How far below the newest indexed block the way back is kept. */
  long UNDO_BLOCKS = 2_048;

  /** Told after each part of a reading. */
  @FunctionalInterface
  interface Progress {
    /**
     * @param block the last one indexed
     * @param head the last one there is
     */
    void indexed(long block, long head);
  }

  /**
   * Reads on as far as the feed goes, and goes back first where blocks have left the chain. What
   * belongs to one block is written whole or not at all.
   *
   * @return how far it got; empty for a ledger of which there is nothing to read yet
   * @throws org.fedledger.ledger.LedgerUnreachableException if it does not answer; what was read
   *     before is kept
   * @throws org.fedledger.ledger.ContradictionException if the record does not go on from itself
   * @throws IndexException if it cannot be written
   */
  Optional<IndexedTo> advance(LedgerFeed feed, GasSource gas, Progress progress);

  /**
   * Asks, with one answer's parts all of the same moment.
   *
   * @throws IndexException if it cannot be read; if it is damaged, {@link #rebuild} and advance
   */
  <T> T ask(Function<Queries, T> question);

  /** Throws away all that is indexed; {@link #advance} fills it again. */
  void rebuild();

  @Override
  void close();
}
