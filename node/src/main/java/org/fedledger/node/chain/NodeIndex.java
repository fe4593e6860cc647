package org.fedledger.node.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.fedledger.index.GasSource;
import org.fedledger.index.IndexException;
import org.fedledger.index.IndexedTo;
import org.fedledger.index.LedgerIndex;
import org.fedledger.index.Question;
import org.fedledger.index.SqliteIndex;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.loop.Pulse;
import org.fedledger.retry.Backoff;
import org.fedledger.types.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's index of its ledger, filled on a thread of its own as far as the federation's blocks are
 * confirmed.
 *
 * <p>Nothing else of a node needs it: while it is not there, only what is asked of it has to wait.
 */
public final class NodeIndex implements Loop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeIndex.class);

  /** How long to wait for word of a new block before looking anyway. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** What an index says to a question. */
  public sealed interface Reply {

    record Answered(ObjectNode document) implements Reply {}

    /** The index holds no such round, version, participant or update. */
    record Nothing() implements Reply {}

    /**
     * It cannot answer yet, or not any more.
     *
     * @param why for people
     */
    record Unavailable(String why) implements Reply {}
  }

  private final Path file;
  private final LedgerReader ledger;
  private final GasSource gas;
  private final long firstBlock;
  private final IntSupplier confirmations;
  private final Runnable onChange;
  private final Consumer<Error> onDeath;
  private final Pulse pulse = new Pulse();
  private final Semaphore hints = new Semaphore(0);
  private final Thread thread;
  private LedgerFeed feed;
  private int feedDepth;
  private volatile LedgerIndex index;
  private volatile String trouble = "the index is being opened";
  private volatile Optional<IndexedTo> reached = Optional.empty();
  private volatile boolean stopped;

  /**
   * @param firstBlock block of the contract's deployment or any before it
   * @param confirmations blocks that must stand above one that is indexed, as far as is known
   * @param onChange run after each new block; must not block
   * @param onDeath told the error that ended the filling
   */
  public NodeIndex(
      Path file,
      LedgerReader ledger,
      GasSource gas,
      long firstBlock,
      IntSupplier confirmations,
      Runnable onChange,
      Consumer<Error> onDeath) {
    this.file = file;
    this.ledger = ledger;
    this.gas = gas;
    this.firstBlock = firstBlock;
    this.confirmations = confirmations;
    this.onChange = onChange;
    this.onDeath = onDeath;
    // Not a virtual thread: filling stays in native code for long, and would keep a carrier.
    this.thread = Thread.ofPlatform().daemon().name("index").unstarted(this::keepOrDie);
  }

  public void start() {
    pulse.began();
    thread.start();
  }

  @Override
  public String name() {
    return "index";
  }

  @Override
  public Liveness liveness() {
    return pulse.liveness();
  }

  /** How far it got; empty while nothing is indexed. */
  public Optional<IndexedTo> reached() {
    return reached;
  }

  /** There may be a new block. */
  public void nudge() {
    hints.release();
  }

  /**
   * Asks.
   *
   * @throws IllegalArgumentException as {@link Question#answer} does
   */
  public Reply ask(Question question, String about, Map<String, String> given) {
    String why = trouble;
    if (why != null) {
      return new Reply.Unavailable(why);
    }
    try {
      Optional<ObjectNode> answer = question.answer(index, about, given);
      return answer.isPresent() ? new Reply.Answered(answer.get()) : new Reply.Nothing();
    } catch (IndexException e) {
      LOG.warn("the index could not be read: {}", e.getMessage());
      if (e.kind() == IndexException.Kind.DAMAGED) {
        trouble = "the index is damaged, and is made anew";
        nudge();
      }
      return new Reply.Unavailable(e.getMessage());
    }
  }

  /** The size of a final version's model or rule state, as far as is indexed. */
  public OptionalLong versionFile(Digest digest) {
    if (trouble != null) {
      return OptionalLong.empty();
    }
    try {
      return index.ask(queries -> queries.versionFile(digest));
    } catch (IndexException e) {
      LOG.warn("the index could not be read: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  /**
   * The digests of updates that were committed in a round and in none after it; empty unless all up
   * to that block is indexed.
   */
  public Optional<Set<Digest>> lastCommittedIn(long round, long upTo) {
    if (trouble != null || reached.filter(to -> to.block() >= upTo).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(index.ask(queries -> queries.lastCommittedIn(round)));
    } catch (IndexException e) {
      LOG.warn("the index could not be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void keepOrDie() {
    try {
      keep();
      pulse.ended();
    } catch (Error e) {
      trouble = "the index has ended: " + e;
      pulse.died(e);
      onDeath.accept(e);
    }
  }

  private void keep() {
    Backoff backoff = new Backoff(LOOK.multipliedBy(2), LONGEST_PAUSE);
    Optional<IndexedTo> told = Optional.empty();
    while (!stopped) {
      Duration pause = LOOK;
      try {
        reached = fill();
        trouble = null;
        backoff.reset();
        pulse.succeeded();
        if (!reached.equals(told)) {
          told = reached;
          onChange.run();
        }
      } catch (LedgerUnreachableException e) {
        // What was read still counts; the federation's own follower tells of the silence.
        LOG.debug("the index could not be filled: {}", e.getMessage());
        pulse.failed(e);
      } catch (IOException | RuntimeException e) {
        if (!stopped) {
          pause = backoff.next();
          pulse.failed(e);
          LOG.warn("the index failed, trying again in {} s: {}", pause.toSeconds(), e.toString());
          trouble = "the index failed: " + e.getMessage();
        }
      }
      await(pause);
    }
    if (index != null) {
      index.close();
    }
  }

  private Optional<IndexedTo> fill() throws IOException {
    if (index == null) {
      index = SqliteIndex.open(file, ledger.domain(), told -> LOG.warn("{}", told));
    }
    int depth = confirmations.getAsInt();
    if (feed == null || depth != feedDepth) {
      feed = new LedgerFeed(ledger, firstBlock, depth);
      feedDepth = depth;
    }
    try {
      return index.advance(feed, gas, this::indexed);
    } catch (IndexException e) {
      if (e.kind() != IndexException.Kind.DAMAGED) {
        throw e;
      }
      LOG.warn("the index is damaged, and is made anew: {}", e.getMessage());
      trouble = "the index is damaged, and is made anew";
      index.rebuild();
      return index.advance(feed, gas, this::indexed);
    }
  }

  private void indexed(long block, long head) {
    if (trouble != null) {
      trouble = "the index is being filled: block %d of %d".formatted(block, head);
    }
    if (stopped) {
      throw new IllegalStateException("stopped");
    }
  }

  private void await(Duration atMost) {
    try {
      if (hints.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        hints.drainPermits();
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }

  @Override
  public void close() {
    stopped = true;
    nudge();
    try {
      if (thread.isAlive() && !thread.join(STOP)) {
        LOG.warn("the index did not stop within {} s", STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
