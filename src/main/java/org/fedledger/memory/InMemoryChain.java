package org.fedledger.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RecordedEvent;
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
 * be reorganised. An action takes no longer for all that stand on the chain already. Safe for many
 * threads.
 */
public final class InMemoryChain {

  private static final BlockHash NO_BLOCK = new BlockHash(new byte[BlockHash.LENGTH]);

  private record Sent(Address sender, LedgerAction action) {}

  /**
   * @param firstEvent how many events stand in the blocks before
   */
  private record Block(BlockRef ref, Optional<Sent> sent, int firstEvent) {}

  private final LongSupplier clock;
  private final FederationSetup setup;
  private final SigningDomain domain;
  private final ContractState.Signers signers;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Block> blocks = new ArrayList<>();
  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private InMemoryContract contract;
  private int reorganisations;
  private boolean unreachable;
  private int answersToLose;

  private InMemoryChain(FederationSetup setup, SigningDomain domain, LongSupplier clock) {
    this.setup = setup;
    this.domain = domain;
    this.clock = clock;
    signers = new ContractState.Signers(domain);
    contract = new InMemoryContract(signers, setup);
    List<LedgerEvent> founding = contract.takeEvents();
    append(Optional.empty(), List.of());
    append(Optional.empty(), founding);
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
    } catch (BrokenRule e) {
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
      append(Optional.empty(), List.of());
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
      List<Block> undone = blocks.subList(blocks.size() - depth, blocks.size());
      events.subList(undone.getFirst().firstEvent(), events.size()).clear();
      undone.clear();
      contract = replayed();
      for (int i = 0; i <= depth; i++) {
        append(Optional.empty(), List.of());
      }
    } finally {
      lock.unlock();
    }
    tellSubscribers();
  }

  private InMemoryContract replayed() {
    InMemoryContract anew = new InMemoryContract(signers, setup);
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
      } catch (BrokenRule e) {
        return e.refused();
      }
      Sent sent = new Sent(sender, action);
      outcome = append(Optional.of(sent), contract.takeEvents());
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
    return read(() -> List.copyOf(events.subList(eventsBefore(from), eventsBefore(to + 1))));
  }

  private int eventsBefore(long number) {
    return number < blocks.size()
        ? blocks.get(Math.toIntExact(number)).firstEvent()
        : events.size();
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

  private Outcome.Mined append(Optional<Sent> sent, List<LedgerEvent> happened) {
    long number = blocks.size();
    long time = nextTimestamp();
    BlockHash parent = blocks.isEmpty() ? NO_BLOCK : blocks.getLast().ref().hash();
    String sender = sent.map(s -> s.sender().toString()).orElse("nobody");
    String content = number + "|" + parent + "|" + time + "|" + reorganisations + "|" + sender;
    BlockRef ref = new BlockRef(number, new BlockHash(hash("block|" + content)), parent, time);
    TransactionHash transaction = new TransactionHash(hash("transaction|" + content));
    blocks.add(new Block(ref, sent, events.size()));
    for (int i = 0; i < happened.size(); i++) {
      events.add(new RecordedEvent(happened.get(i), ref, transaction, i));
    }
    return new Outcome.Mined(transaction, ref, 0);
  }

  private static byte[] hash(String text) {
    return Digest.ofContent(text.getBytes(UTF_8)).bytes();
  }

  private void tellSubscribers() {
    subscribers.forEach(Runnable::run);
  }
}
