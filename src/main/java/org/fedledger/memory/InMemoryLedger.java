package org.fedledger.memory;

import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/** One account's view of an {@link InMemoryChain}. */
final class InMemoryLedger implements Ledger {

  private final InMemoryChain chain;
  private final Address account;

  InMemoryLedger(InMemoryChain chain, Address account) {
    this.chain = chain;
    this.account = account;
  }

  @Override
  public SigningDomain domain() {
    return chain.domain();
  }

  @Override
  public BlockRef head() {
    return chain.head();
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return chain.block(number);
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    if (to - from >= MAX_SPAN) {
      throw new IllegalArgumentException(
          "events are read %d blocks at a time, not %d".formatted(MAX_SPAN, to - from + 1));
    }
    return chain.events(from, to);
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return chain.subscribe(onHead);
  }

  @Override
  public Outcome submit(LedgerAction action) {
    return chain.submit(account, action);
  }
}
