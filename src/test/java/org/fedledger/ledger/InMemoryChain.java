package org.fedledger.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.fedledger.crypto.Keccak256;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TransactionHash;

/**
 * A chain with one federation on it, in memory: every action mines a block. Many accounts share it,
 * each through a {@link Ledger} of its own.
 *
 * <p>Keeps the same rules as the contract, under the same names, in {@link InMemoryContract}. Can
 * be made unreachable, and can be reorganised.
 */
public final class InMemoryChain {

  private record Block(BlockRef ref, List<RecordedEvent> events) {}

  private final SigningDomain domain;
  private final LongSupplier clock;
  private final List<Block> blocks = new ArrayList<>();
  private final List<InMemoryContract> history = new ArrayList<>();
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private boolean unreachable;
  private int salt;

  private InMemoryChain(SigningDomain domain, LongSupplier clock) {
    this.domain = domain;
    this.clock = clock;
  }

  /**
   * @param clock seconds since 1970 UTC, the time of the next block
   */
  public static InMemoryChain found(
      FederationSetup setup, SigningDomain domain, LongSupplier clock) {
    InMemoryChain chain = new InMemoryChain(domain, clock);
    InMemoryContract contract = new InMemoryContract(domain, setup);
    chain.append(InMemoryContract.founding(setup), contract);
    return chain;
  }

  /** The ledger as this account writes it. */
  public Ledger as(Address account) {
    return new AccountLedger(account);
  }

  /** Mines a block without transactions, so that its time is the clock's. */
  public synchronized void mine() {
    append(List.of(), history.getLast());
    tell();
  }

  /** Whether every call from now on fails as if the node were away. */
  public synchronized void setUnreachable(boolean away) {
    unreachable = away;
    tell();
  }

  /** Replaces the last blocks by as many empty ones with other hashes, and one more. */
  public synchronized void reorganise(int depth) {
    for (int i = 0; i < depth; i++) {
      blocks.removeLast();
      history.removeLast();
    }
    salt++;
    for (int i = 0; i <= depth; i++) {
      append(List.of(), history.getLast());
    }
    tell();
  }

  private void append(List<LedgerEvent> events, InMemoryContract after) {
    BlockHash parent =
        blocks.isEmpty() ? new BlockHash(new byte[32]) : blocks.getLast().ref().hash();
    long time =
        Math.max(clock.getAsLong(), blocks.isEmpty() ? 0 : blocks.getLast().ref().timestamp());
    BlockHash hash =
        new BlockHash(
            Keccak256.hash(
                parent.bytes(),
                ByteBuffer.allocate(20).putLong(blocks.size()).putLong(time).putInt(salt).array()));
    BlockRef ref = new BlockRef(blocks.size(), hash, parent, time);
    List<RecordedEvent> recorded = new ArrayList<>();
    for (LedgerEvent event : events) {
      recorded.add(
          new RecordedEvent(event, ref, new TransactionHash(hash.bytes()), recorded.size()));
    }
    recorded.forEach(after::record);
    blocks.add(new Block(ref, List.copyOf(recorded)));
    history.add(after);
  }

  private void tell() {
    subscribers.forEach(Runnable::run);
  }

  private void requireReachable() {
    if (unreachable) {
      throw new LedgerUnreachableException("the chain is made unreachable", null);
    }
  }

  private synchronized Outcome submit(Address account, LedgerAction action) {
    requireReachable();
    long time = Math.max(clock.getAsLong(), blocks.getLast().ref().timestamp());
    InMemoryContract next = history.getLast().copy();
    List<LedgerEvent> events;
    try {
      events = next.apply(account, action, time);
    } catch (InMemoryContract.RevertedException e) {
      return e.refused();
    }
    append(events, next);
    tell();
    BlockRef block = blocks.getLast().ref();
    return new Outcome.Mined(new TransactionHash(block.hash().bytes()), block, 0);
  }

  private final class AccountLedger implements Ledger {
    private final Address account;

    AccountLedger(Address account) {
      this.account = account;
    }

    @Override
    public SigningDomain domain() {
      return domain;
    }

    @Override
    public BlockRef head() {
      synchronized (InMemoryChain.this) {
        requireReachable();
        return blocks.getLast().ref();
      }
    }

    @Override
    public Optional<BlockRef> block(long number) {
      synchronized (InMemoryChain.this) {
        requireReachable();
        return number < blocks.size()
            ? Optional.of(blocks.get((int) number).ref())
            : Optional.empty();
      }
    }

    @Override
    public List<RecordedEvent> events(long from, long to) {
      synchronized (InMemoryChain.this) {
        requireReachable();
        List<RecordedEvent> found = new ArrayList<>();
        for (long n = from; n <= Math.min(to, blocks.size() - 1L); n++) {
          found.addAll(blocks.get((int) n).events());
        }
        return found;
      }
    }

    @Override
    public Subscription subscribe(Runnable onHead) {
      subscribers.add(onHead);
      return () -> subscribers.remove(onHead);
    }

    @Override
    public Outcome submit(LedgerAction action) {
      return InMemoryChain.this.submit(account, action);
    }
  }
}
