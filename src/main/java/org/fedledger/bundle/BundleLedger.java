package org.fedledger.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.crypto.Keccak256;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.rlp.Rlp;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TransactionHash;

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
          TransactionHash transaction = place(blocks.get(number).hash(), i);
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

  /**
   * Stands for the hash of a transaction, which nothing here proves: what an audit asks is which
   * events are of one transaction, and that follows from the place of their receipt.
   */
  private static TransactionHash place(BlockHash block, int position) {
    return new TransactionHash(
        Keccak256.hash(Rlp.list(Rlp.text(block.bytes()), Rlp.number(position)).encode()));
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return () -> {};
  }
}
