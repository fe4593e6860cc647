package org.fedledger.ledger;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.fedledger.types.BlockHash;

/**
 * One federation's record as it grows: the only place where blocks are walked.
 *
 * <p>Reads spans that every chain node answers, up to the newest block with enough confirmations
 * above it, and tells of nothing before the answer held together: in order, its blocks chained by
 * their parents, and its last block still on the chain afterwards. A reorg is told as such. An
 * answer that does not hold together is asked for again, and so is a record that contradicts
 * itself, first from where the consumer stood before and then from the first block; for a chain
 * node that was behind for a while gives an incomplete record, and that must not stay. A node that
 * is behind what was read undoes nothing, unless it stays so. Not safe for use by several threads.
 */
public final class LedgerFeed {

  /** How often one look begins anew because the chain was reorganised meanwhile. */
  private static final int LOOKS = 5;

  /** How often one span is asked for before its answers are given up. */
  private static final int ANSWERS = 3;

  /**
   * How long a chain node may be behind what was read. From then on its chain counts as a shorter
   * one, as after a development chain was put back to an earlier block: blocks of the same height
   * that would tell the two apart need not have been looked at.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What came to be known. */
  public sealed interface Change {

    /**
     * The record goes on up to a block.
     *
     * @param events all since the block told of before, in order
     */
    record Committed(BlockRef block, List<RecordedEvent> events) implements Change {}

    /**
     * What came after a block does not count any more.
     *
     * @param to the last one that still counts; empty if none does
     */
    record Reorged(Optional<Place> to) implements Change {}
  }

  /** A block, as far as one must remember it to find it again. */
  public record Place(long number, BlockHash hash) {

    public static Place of(BlockRef block) {
      return new Place(block.number(), block.hash());
    }
  }

  /** Takes the record, and remembers how far. */
  public interface Consumer {

    /**
     * The newest block below that number at which it stood, and to which it can go back; empty if
     * there is none.
     */
    Optional<Place> placeBelow(long number);

    /**
     * Takes what came; after a failure it stands where it stood before.
     *
     * @throws ContradictionException if the events do not go on from those before
     */
    void take(Change change);

    /**
     * The last block that it would have at once.
     *
     * @param from the first one
     * @param target the last one that there is to read
     */
    default long upTo(long from, long target) {
      return target;
    }
  }

  /** The chain is another than when the look began. */
  private static final class ReorganisedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final LedgerReader ledger;
  private final long firstBlock;
  private final int confirmations;
  private final LongSupplier nanos;
  private OptionalLong behindSince = OptionalLong.empty();

  /**
   * @param firstBlock block of the contract's deployment or any before it
   * @param confirmations blocks that must stand above one that is told of; 0 on QBFT
   */
  public LedgerFeed(LedgerReader ledger, long firstBlock, int confirmations) {
    this(ledger, firstBlock, confirmations, System::nanoTime);
  }

  /**
   * @param nanos a clock that only goes on, such as {@link System#nanoTime}
   */
  public LedgerFeed(LedgerReader ledger, long firstBlock, int confirmations, LongSupplier nanos) {
    this.nanos = nanos;
    if (firstBlock < 0 || confirmations < 0) {
      throw new IllegalArgumentException("first block and confirmations are at least 0");
    }
    this.ledger = ledger;
    this.firstBlock = firstBlock;
    this.confirmations = confirmations;
  }

  /** The newest block with enough confirmations above it, or the first of a chain too short. */
  public BlockRef target() {
    BlockRef head = ledger.head();
    return confirmations == 0
        ? head
        : given(ledger, Math.max(0, head.number() - confirmations), head);
  }

  /**
   * Tells of all that is new.
   *
   * @throws LedgerUnreachableException if the ledger does not answer, or not in a way that holds
   *     together; what was told before still counts
   * @throws ContradictionException if the whole record, read anew, still contradicts itself
   */
  public void advance(Consumer consumer) {
    boolean fromTheFirst = false;
    boolean before = false;
    for (int looks = 0; looks < LOOKS; ) {
      try {
        look(consumer);
        return;
      } catch (ReorganisedException e) {
        looks++;
      } catch (ContradictionException e) {
        if (fromTheFirst) {
          throw e;
        }
        Optional<Place> to = before ? Optional.empty() : placeBefore(consumer);
        before = true;
        fromTheFirst = to.isEmpty();
        consumer.take(new Change.Reorged(to));
      }
    }
    throw reorganised();
  }

  private static Optional<Place> placeBefore(Consumer consumer) {
    return consumer
        .placeBelow(Long.MAX_VALUE)
        .flatMap(newest -> consumer.placeBelow(newest.number()));
  }

  private void look(Consumer consumer) {
    BlockRef target = target();
    Optional<Place> at = standing(consumer, target);
    long from = at.map(p -> p.number() + 1).orElse(firstBlock);
    while (from <= target.number()) {
      long to = bounded(from, consumer.upTo(from, target.number()), target.number());
      BlockRef last = to == target.number() ? target : given(ledger, to, target);
      consumer.take(
          new Change.Committed(
              last, isNextWithoutEvents(last, at) ? List.of() : answer(ledger, from, last, at)));
      at = Optional.of(Place.of(last));
      from = to + 1;
    }
  }

  /** As most blocks are, while nobody does anything. */
  private boolean isNextWithoutEvents(BlockRef block, Optional<Place> at) {
    return at.equals(Optional.of(new Place(block.number() - 1, block.parent())))
        && ledger.isWithoutEvents(block);
  }

  private static long bounded(long from, long wanted, long target) {
    return Math.max(from, Math.min(target, Math.min(wanted, from + LedgerReader.MAX_SPAN - 1)));
  }

  /** Where the consumer stands on this chain, which it is told of where it stood on another. */
  private Optional<Place> standing(Consumer consumer, BlockRef target) {
    Optional<Place> newest = consumer.placeBelow(Long.MAX_VALUE);
    boolean left = isShorter(newest, target);
    for (Optional<Place> place = newest;
        place.isPresent();
        place = consumer.placeBelow(place.get().number())) {
      if (place.get().number() > target.number()) {
        continue;
      }
      if (isOnTheChain(place.get(), target)) {
        if (left) {
          consumer.take(new Change.Reorged(place));
        }
        // A node that is behind has the blocks before, and undoes nothing.
        return left ? place : newest;
      }
      left = true;
    }
    if (newest.isPresent() && !left) {
      throw new LedgerUnreachableException(
          "the chain node is at block %d, and block %d was read before"
              .formatted(target.number(), newest.get().number()),
          null);
    }
    if (left) {
      consumer.take(new Change.Reorged(Optional.empty()));
    }
    return Optional.empty();
  }

  private boolean isShorter(Optional<Place> newest, BlockRef target) {
    if (newest.isEmpty() || newest.get().number() <= target.number()) {
      behindSince = OptionalLong.empty();
      return false;
    }
    long now = nanos.getAsLong();
    long since = behindSince.orElse(now);
    boolean shorter = now - since > PATIENCE.toNanos();
    behindSince = shorter ? OptionalLong.empty() : OptionalLong.of(since);
    return shorter;
  }

  private boolean isOnTheChain(Place place, BlockRef target) {
    if (place.number() == target.number()) {
      return place.hash().equals(target.hash());
    }
    if (place.number() + 1 == target.number()) {
      return place.hash().equals(target.parent());
    }
    return given(ledger, place.number(), target).hash().equals(place.hash());
  }

  /** A block that must be there, since a later one is. */
  private static BlockRef given(LedgerReader ledger, long number, BlockRef later) {
    return ledger
        .block(number)
        .orElseThrow(
            () ->
                new LedgerUnreachableException(
                    "the chain node told of block %d, and does not give block %d"
                        .formatted(later.number(), number),
                    null));
  }

  /** A span's events, asked for until an answer holds together. */
  private static List<RecordedEvent> answer(
      LedgerReader ledger, long from, BlockRef last, Optional<Place> before) {
    String wrong = "";
    for (int i = 0; i < ANSWERS; i++) {
      List<RecordedEvent> events = ledger.events(from, last.number());
      if (!given(ledger, last.number(), last).hash().equals(last.hash())) {
        throw new ReorganisedException();
      }
      Optional<String> found = SpanCheck.of(from, last, before, events);
      if (found.isEmpty()) {
        return events;
      }
      wrong = found.get();
    }
    throw new LedgerUnreachableException(
        "the chain node's answers for the blocks %d to %d do not hold together: %s"
            .formatted(from, last.number(), wrong),
        null);
  }

  /**
   * All events from a block on, in order, read while they are taken; for those who read a record
   * once. Taking the next one throws {@link LedgerUnreachableException} if the ledger does not
   * answer, or if {@code head} has left the chain.
   *
   * @param from first block
   * @param head last block, included
   */
  public static Iterable<RecordedEvent> events(LedgerReader ledger, long from, BlockRef head) {
    return () -> new Events(ledger, from, head);
  }

  /** The event that founded the federation; empty unless its record begins with one. */
  public static Optional<RecordedEvent> founding(LedgerReader ledger) {
    for (RecordedEvent first : events(ledger, 0, ledger.head())) {
      return Optional.of(first).filter(e -> e.event() instanceof LedgerEvent.FederationCreated);
    }
    return Optional.empty();
  }

  private static LedgerUnreachableException reorganised() {
    return new LedgerUnreachableException(
        "the chain was reorganised each time it was read; try again", null);
  }

  private static final class Events implements Iterator<RecordedEvent> {
    private final LedgerReader ledger;
    private final BlockRef head;
    private long from;
    private Optional<Place> before = Optional.empty();
    private Iterator<RecordedEvent> span = List.<RecordedEvent>of().iterator();

    Events(LedgerReader ledger, long from, BlockRef head) {
      this.ledger = ledger;
      this.from = from;
      this.head = head;
    }

    @Override
    public boolean hasNext() {
      while (!span.hasNext() && from <= head.number()) {
        long to = bounded(from, head.number(), head.number());
        BlockRef last = to == head.number() ? head : given(ledger, to, head);
        try {
          span = answer(ledger, from, last, before).iterator();
        } catch (ReorganisedException e) {
          throw reorganised();
        }
        before = Optional.of(Place.of(last));
        from = to + 1;
      }
      return span.hasNext();
    }

    @Override
    public RecordedEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the record has no further event");
      }
      return span.next();
    }
  }
}
