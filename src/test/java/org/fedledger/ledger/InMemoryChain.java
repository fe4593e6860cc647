package org.fedledger.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.TransactionHash;

/**
 * A chain in this process with one federation on it: a block for each action, at the time of the
 * clock, and the rules and error names of the contract.
 *
 * <p>Block 0 is empty, block 1 founds the federation. It can be out of reach, lose its answers, and
 * be reorganised. Safe for many threads.
 */
public final class InMemoryChain {

  private static final BlockHash NO_BLOCK = new BlockHash(new byte[BlockHash.LENGTH]);

  private record Sent(Address sender, LedgerAction action) {}

  private record Block(BlockRef ref, Optional<Sent> sent, List<RecordedEvent> events) {}

  private final LongSupplier clock;
  private final FederationSetup setup;
  private final SigningDomain domain;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Block> blocks = new ArrayList<>();
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private InMemoryContract contract;
  private int reorganisations;
  private boolean unreachable;
  private int answersToLose;

  private InMemoryChain(FederationSetup setup, SigningDomain domain, LongSupplier clock) {
    this.setup = setup;
    this.domain = domain;
    this.clock = clock;
    contract = new InMemoryContract(domain, setup);
    append(Optional.empty(), "");
    append(Optional.empty(), "founding");
  }

  /**
   * Founds a federation.
   *
   * @param clock seconds since 1970 UTC, the time of the next block
   * @throws IllegalArgumentException if the contract's constructor would refuse it, naming the
   *     error
   */
  public static InMemoryChain found(
      FederationSetup setup, SigningDomain domain, LongSupplier clock) {
    try {
      return new InMemoryChain(setup, domain, clock);
    } catch (InMemoryRefusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The ledger as that account reads and writes it. */
  public Ledger as(Address account) {
    return new InMemoryLedger(this, account);
  }

  public SigningDomain domain() {
    return domain;
  }

  /** Mines an empty block at the clock's time. */
  public void mine() {
    lock.lock();
    try {
      append(Optional.empty(), "");
    } finally {
      lock.unlock();
    }
    tellSubscribers();
  }

  /** While it is away, everything throws {@link LedgerUnreachableException}. */
  public void setUnreachable(boolean away) {
    lock.lock();
    try {
      unreachable = away;
    } finally {
      lock.unlock();
    }
  }

  /** The next so many actions are mined, but those who asked for them never hear of it. */
  public void loseAnswers(int count) {
    lock.lock();
    try {
      answersToLose = count;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Replaces the last blocks by as many empty ones, and mines one more: what was done in them is
   * undone, and their hashes are others.
   *
   * @param depth from 1 to the number of blocks after the founding
   */
  public void reorganise(int depth) {
    lock.lock();
    try {
      if (depth < 1 || depth > blocks.size() - 2) {
        throw new IllegalArgumentException("there are no %d blocks to undo".formatted(depth));
      }
      reorganisations++;
      blocks.subList(blocks.size() - depth, blocks.size()).clear();
      contract = replayed();
      for (int i = 0; i <= depth; i++) {
        append(Optional.empty(), "");
      }
    } finally {
      lock.unlock();
    }
    tellSubscribers();
  }

  private InMemoryContract replayed() {
    InMemoryContract anew = new InMemoryContract(domain, setup);
    for (Block block : blocks) {
      block.sent().ifPresent(s -> anew.execute(s.sender(), s.action(), block.ref().timestamp()));
    }
    anew.takeEvents();
    return anew;
  }

  Outcome submit(Address sender, LedgerAction action) {
    Outcome outcome;
    lock.lock();
    try {
      requireReachable();
      try {
        contract.execute(sender, action, nextTimestamp());
      } catch (InMemoryRefusal e) {
        return e.refused();
      }
      Sent sent = new Sent(sender, action);
      outcome = append(Optional.of(sent), sent.toString());
      if (answersToLose > 0) {
        answersToLose--;
        throw new LedgerUnreachableException("the answer was lost", null);
      }
    } finally {
      lock.unlock();
      tellSubscribers();
    }
    return outcome;
  }

  BlockRef head() {
    return read(() -> blocks.getLast().ref());
  }

  Optional<BlockRef> block(long number) {
    return read(
        () ->
            number < blocks.size()
                ? Optional.of(blocks.get(Math.toIntExact(number)).ref())
                : Optional.empty());
  }

  List<RecordedEvent> events(long from, long to) {
    return read(
        () ->
            blocks.stream()
                .filter(b -> from <= b.ref().number() && b.ref().number() <= to)
                .flatMap(b -> b.events().stream())
                .toList());
  }

  LedgerReader.Subscription subscribe(Runnable onHead) {
    Runnable once = onHead::run;
    subscribers.add(once);
    return () -> subscribers.remove(once);
  }

  private <T> T read(Supplier<T> reading) {
    lock.lock();
    try {
      requireReachable();
      return reading.get();
    } finally {
      lock.unlock();
    }
  }

  private void requireReachable() {
    if (unreachable) {
      throw new LedgerUnreachableException("the in-memory chain was told to be away", null);
    }
  }

  /** The clock's time, but never before the block before. */
  private long nextTimestamp() {
    long now = clock.getAsLong();
    return blocks.isEmpty() ? now : Math.max(now, blocks.getLast().ref().timestamp());
  }

  private Outcome.Mined append(Optional<Sent> sent, String what) {
    long number = blocks.size();
    long time = nextTimestamp();
    BlockHash parent = blocks.isEmpty() ? NO_BLOCK : blocks.getLast().ref().hash();
    String content = "%d|%s|%d|%d|%s".formatted(number, parent, time, reorganisations, what);
    BlockRef ref = new BlockRef(number, new BlockHash(hash("block|" + content)), parent, time);
    TransactionHash transaction = new TransactionHash(hash("transaction|" + content));
    List<RecordedEvent> recorded = new ArrayList<>();
    if (!what.isEmpty()) {
      for (LedgerEvent event : contract.takeEvents()) {
        recorded.add(new RecordedEvent(event, ref, transaction, recorded.size()));
      }
    }
    blocks.add(new Block(ref, sent, List.copyOf(recorded)));
    return new Outcome.Mined(transaction, ref, 0);
  }

  private static byte[] hash(String text) {
    return Digest.ofContent(text.getBytes(UTF_8)).bytes();
  }

  private void tellSubscribers() {
    subscribers.forEach(Runnable::run);
  }
}
