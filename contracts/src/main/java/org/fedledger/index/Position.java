package org.fedledger.index;

import org.fedledger.ledger.RecordedEvent;

/**
 * An event's place among all events as one number, which orders as (block, log index) does. It
 * follows from the ledger alone, so that an index that is built anew has the same.
 */
final class Position {

  private static final int LOG_BITS = 20;
  private static final long MAX_BLOCK = Long.MAX_VALUE >> LOG_BITS;

  private Position() {}

  /**
   * @throws IllegalStateException for a place beyond 2^43 blocks or 2^20 events in one
   */
  static long of(RecordedEvent event) {
    if (event.logIndex() >> LOG_BITS != 0) {
      throw new IllegalStateException(
          "block %d has more events than an index takes".formatted(event.block().number()));
    }
    return firstOf(event.block().number()) | event.logIndex();
  }

  /** No event of that block or a later one is before. */
  static long firstOf(long block) {
    if (block < 0 || block > MAX_BLOCK) {
      throw new IllegalStateException("an index takes no block " + block);
    }
    return block << LOG_BITS;
  }

  static long block(long position) {
    return position >> LOG_BITS;
  }
}
