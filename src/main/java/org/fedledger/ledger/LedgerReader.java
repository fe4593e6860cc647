package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import org.fedledger.signing.SigningDomain;

/**
 * One federation's ledger, read.
 *
 * <p>All methods block and may throw {@link LedgerUnreachableException}; none may be called on an
 * event loop.
 */
public interface LedgerReader {

  /** Chain id and contract, as signatures are bound to them. */
  SigningDomain domain();

  /** The newest block. */
  BlockRef head();

  /** The block of that number on the chain as it is now, or empty beyond its head. */
  Optional<BlockRef> block(long number);

  /**
   * Whether that block is known to be without events of the federation, by what came with it: then
   * nothing needs to be asked. False where it is not known.
   */
  default boolean isWithoutEvents(BlockRef block) {
    return false;
  }

  /**
   * All events of the federation in those blocks, in order. Callers ask for spans of at most {@link
   * #MAX_SPAN} blocks, so that an answer fits in memory.
   *
   * @param from first block
   * @param to last block, included
   */
  List<RecordedEvent> events(long from, long to);

  /** Besu answers for at most this many blocks at once. */
  int MAX_SPAN = 5_000;

  /**
   * Runs {@code onHead} whenever there may be a new block, until the subscription is closed. Missed
   * and needless calls are both possible; it is a hint to look. Never throws because the ledger is
   * away: it is then subscribed to as soon as it is back.
   */
  Subscription subscribe(Runnable onHead);

  /** Ends the calls when closed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
