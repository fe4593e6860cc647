package org.fedledger.simulation;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.StateFold;

/** The states of a chain, folded once for all parties; each may look at another block. */
final class LedgerViews {

  /** More than any party lags, and than any reorganisation is deep. */
  private static final int KEPT = 32;

  private final LedgerReader reader;
  private final NavigableMap<Long, FederationState> states = new TreeMap<>();
  private StateFold fold = new StateFold();

  LedgerViews(LedgerReader reader) {
    this.reader = reader;
  }

  /** The state in the newest block. */
  FederationState newest() {
    return behind(0, 0);
  }

  /**
   * The state so many blocks before the newest, but in none before {@code least}, which the party
   * has seen, unless the chain is shorter now.
   */
  FederationState behind(int blocks, long least) {
    catchUp();
    long newest = states.lastKey();
    long wanted = Math.min(newest, Math.max(least, Math.max(states.firstKey(), newest - blocks)));
    return states.get(wanted);
  }

  private void catchUp() {
    dropWhatIsNoLongerOnTheChain();
    long head = reader.head().number();
    for (long number = states.isEmpty() ? 0 : states.lastKey() + 1; number <= head; number++) {
      BlockRef block = reader.block(number).orElseThrow();
      for (RecordedEvent event : reader.events(number, number)) {
        fold.apply(event);
      }
      if (fold.started()) {
        states.put(number, fold.snapshot(block));
      }
    }
    while (states.size() > KEPT) {
      states.pollFirstEntry();
    }
  }

  private void dropWhatIsNoLongerOnTheChain() {
    boolean dropped = false;
    while (!states.isEmpty() && !stands(states.lastEntry().getValue().at())) {
      states.pollLastEntry();
      dropped = true;
    }
    if (dropped) {
      fold = StateFold.from(states.lastEntry().getValue());
    }
  }

  private boolean stands(BlockRef block) {
    return reader.block(block.number()).filter(block::equals).isPresent();
  }
}
