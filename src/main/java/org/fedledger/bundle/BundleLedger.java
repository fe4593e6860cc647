package org.fedledger.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;

/** The events of a bundle whose headers and receipts were checked; it never changes. */
final class BundleLedger implements LedgerReader {

  private final Bundle bundle;
  private final NavigableMap<Long, BlockRef> blocks;
  private final List<Long> recorded;
  private final Function<ReceiptLog, Optional<LedgerEvent>> reader;

  /**
   * @param recorded numbers of the blocks whose receipts there are, ascending
   */
  BundleLedger(
      Bundle bundle,
      NavigableMap<Long, BlockRef> blocks,
      List<Long> recorded,
      Function<ReceiptLog, Optional<LedgerEvent>> reader) {
    this.bundle = bundle;
    this.blocks = blocks;
    this.recorded = recorded;
    this.reader = reader;
  }

  @Override
  public SigningDomain domain() {
    return bundle.domain();
  }

  @Override
  public BlockRef head() {
    return blocks.lastEntry().getValue();
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return Optional.ofNullable(blocks.get(number));
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    List<RecordedEvent> events = new ArrayList<>();
    for (long number : recorded) {
      if (number >= from && number <= to) {
        events.addAll(events(number));
      }
    }
    return events;
  }

  private List<RecordedEvent> events(long number) {
    BundleReceipts receipts;
    try {
      receipts =
          BundleReceipts.parse(
              bundle.zip().content(BundleEntries.receipts(number), BundleEntries.MAX_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<RecordedEvent> events = new ArrayList<>();
    int position = 0;
    for (int i = 0; i < receipts.receipts().size(); i++) {
      for (ReceiptLog log : receipts.receipts().get(i).logs()) {
        int index = position++;
        if (log.address().equals(domain().contract())) {
          var transaction = receipts.transactions().get(i);
          reader
              .apply(log)
              .ifPresent(
                  event ->
                      events.add(new RecordedEvent(event, blocks.get(number), transaction, index)));
        }
      }
    }
    return events;
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return () -> {};
  }
}
