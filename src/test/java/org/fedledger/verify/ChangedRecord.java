package org.fedledger.verify;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;

/** A ledger's record in which one event is another, as no contract of ours would record it. */
final class ChangedRecord {

  private ChangedRecord() {}

  /** The first event of that type says something else. */
  static <E extends LedgerEvent> LedgerReader first(
      LedgerReader ledger, Class<E> type, Function<E, ? extends LedgerEvent> change) {
    return firstRecorded(
        ledger,
        type,
        e ->
            Optional.of(
                new RecordedEvent(
                    change.apply(type.cast(e.event())), e.block(), e.transaction(), e.logIndex())));
  }

  /** The first event of that type is not there. */
  static LedgerReader without(LedgerReader ledger, Class<? extends LedgerEvent> type) {
    return firstRecorded(ledger, type, _ -> Optional.empty());
  }

  /** The first event of that type stands in a block of that time. */
  static LedgerReader at(LedgerReader ledger, long time, Class<? extends LedgerEvent> type) {
    return firstRecorded(
        ledger,
        type,
        e ->
            Optional.of(
                new RecordedEvent(
                    e.event(),
                    new BlockRef(e.block().number(), e.block().hash(), e.block().parent(), time),
                    e.transaction(),
                    e.logIndex())));
  }

  static LedgerReader firstRecorded(
      LedgerReader ledger,
      Class<? extends LedgerEvent> type,
      Function<RecordedEvent, Optional<RecordedEvent>> change) {
    boolean[] done = {false};
    return new ForwardingReader(ledger) {
      @Override
      public List<RecordedEvent> events(long from, long to) {
        return super.events(from, to).stream()
            .map(
                e -> {
                  if (done[0] || !type.isInstance(e.event())) {
                    return Optional.of(e);
                  }
                  done[0] = true;
                  return change.apply(e);
                })
            .flatMap(Optional::stream)
            .toList();
      }
    };
  }
}
