package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.LedgerFeed.Place;

/** Whether an answer is in order, and of one chain. That it is complete, it cannot tell. */
final class SpanCheck {

  private SpanCheck() {}

  /**
   * What does not hold together; empty if all does.
   *
   * @param before the block before the span, if it is known
   */
  static Optional<String> of(
      long from, BlockRef last, Optional<Place> before, List<RecordedEvent> events) {
    if (before.isPresent() && last.number() == from && !follows(last, before.get())) {
      return Optional.of("block %d does not follow the block before".formatted(from));
    }
    Place at = before.orElse(null);
    RecordedEvent previous = null;
    for (RecordedEvent event : events) {
      BlockRef block = event.block();
      if (block.number() < from || block.number() > last.number()) {
        return Optional.of("block %d was not asked for".formatted(block.number()));
      }
      if (previous != null && !inOrder(previous, event)) {
        return Optional.of("events of block %d are out of order".formatted(block.number()));
      }
      if (block.number() == last.number() && !block.hash().equals(last.hash())
          || at != null && !follows(block, at)) {
        return Optional.of("block %d is of another chain".formatted(block.number()));
      }
      previous = event;
      at = Place.of(block);
    }
    return Optional.empty();
  }

  private static boolean inOrder(RecordedEvent one, RecordedEvent next) {
    return one.block().number() < next.block().number()
        || one.block().number() == next.block().number() && one.logIndex() < next.logIndex();
  }

  /** Only blocks side by side tell by themselves; those further apart may follow. */
  private static boolean follows(BlockRef block, Place earlier) {
    return switch (Long.signum(block.number() - earlier.number() - 1)) {
      case 0 -> block.parent().equals(earlier.hash());
      case 1 -> true;
      default -> block.number() == earlier.number() && block.hash().equals(earlier.hash());
    };
  }
}
