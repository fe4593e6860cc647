package org.fedledger.node.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.fedledger.federation.SpecLookup;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BaseVersion;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Round;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The federation as its ledger and its files tell it.
 *
 * <p>How many confirmations a block needs stands in the spec, and the spec's digest stands on the
 * ledger: until the spec is in the store the newest block is looked at, only so that the spec can
 * be taken; from then on the ledger is followed at the spec's depth.
 */
public final class Federation implements Loop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Federation.class);

  /** Callers who want a newer state share the answer of a look that is at most this old. */
  private static final long SHARED_NANOS = Duration.ofMillis(100).toNanos();

  /** Longer than the follower waits between looks while blocks come once a second. */
  private static final Duration SHARED_LOOK = Duration.ofSeconds(1);

  private final MonitoredLedger ledger;
  private final long firstBlock;
  private final Duration poll;
  private final BlobStore store;
  private final Runnable onChange;
  private final Consumer<Error> onDeath;

  private final ReentrantLock looking = new ReentrantLock();
  private long lookedAt;
  private boolean invalidSpec;
  private boolean closed;
  private volatile LedgerFollower follower;
  private volatile FederationSpec spec;
  private volatile boolean ready;

  /**
   * @param firstBlock block of the contract's deployment or any before it
   * @param onChange run after each new block; must not block
   * @param onDeath told the error that ended the following of the ledger
   */
  public Federation(
      LedgerReader ledger,
      long firstBlock,
      Duration poll,
      BlobStore store,
      InstantSource clock,
      Runnable onChange,
      Consumer<Error> onDeath) {
    this.ledger = new MonitoredLedger(ledger, clock);
    this.firstBlock = firstBlock;
    this.poll = poll;
    this.store = store;
    this.onChange = onChange;
    this.onDeath = onDeath;
    this.follower = follower(0);
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public Liveness liveness() {
    return follower.liveness();
  }

  /** Starts to follow. Does not wait for the ledger. */
  public void start() {
    follower.start();
  }

  /** The last state seen, or empty while the ledger has told nothing yet. */
  public Optional<FederationState> state() {
    return ready ? Optional.of(follower.state()) : Optional.empty();
  }

  /**
   * A state no older than a moment ago; for whoever did not find in {@link #state} what a party
   * says is on the ledger.
   *
   * @throws LedgerUnreachableException if the ledger does not answer
   */
  public FederationState fresh() {
    looking.lock();
    try {
      if (lookedAt == 0 || System.nanoTime() - lookedAt > SHARED_NANOS) {
        follower.refresh();
        ready = true;
        lookedAt = System.nanoTime();
      }
      return follower.state();
    } finally {
      looking.unlock();
    }
  }

  /**
   * The newest block, confirmed or not, as the ledger had it a moment ago.
   *
   * @throws LedgerUnreachableException if the ledger does not answer
   */
  public BlockRef newest() {
    return ledger.head();
  }

  /**
   * The ledger for other readers of this process, who share the follower's looks for new blocks.
   */
  public LedgerReader shared() {
    return ledger.within(SHARED_LOOK);
  }

  /** How long the ledger has not answered; empty if it never did. */
  public Optional<Duration> silence() {
    return ledger.silence();
  }

  /** How long the chain has had no new block, as far as was looked. */
  public Duration standstill() {
    return ledger.standstill();
  }

  /** The newest block, confirmed or not, that was seen; empty while none was. */
  public Optional<BlockRef> newestSeen() {
    return ledger.newest();
  }

  public SigningDomain domain() {
    return ledger.domain();
  }

  /** The spec, once it is in the store and valid. */
  public Optional<FederationSpec> spec() {
    if (spec == null) {
      state().ifPresent(this::lookForSpec);
    }
    return Optional.ofNullable(spec);
  }

  /**
   * The digest of a final version's model, read from the ledger where it is neither the first nor
   * the last; empty if the ledger has no such version.
   *
   * @throws LedgerUnreachableException if the ledger does not answer
   */
  public Optional<Digest> model(long version) {
    return state().flatMap(state -> BaseVersion.of(version, state, ledger)).map(BaseVersion::model);
  }

  /** Blocks that must stand above one that counts, as far as the spec is known; else 0. */
  public int confirmations() {
    return spec().map(FederationSpec::confirmations).orElse(0);
  }

  /**
   * The round's plan, if it is in the store.
   *
   * @throws MalformedJsonException if the file is no plan, or one of another federation
   */
  public Optional<RoundPlan> plan(FederationState state, Round round) {
    return document(round.opening().plan())
        .map(SpecJson::parsePlan)
        .map(
            plan -> {
              if (!plan.spec().equals(state.created().spec())) {
                throw new MalformedJsonException(
                    "the plan belongs to the spec %s, not to this federation's"
                        .formatted(plan.spec()));
              }
              return plan;
            });
  }

  @Override
  public void close() {
    looking.lock();
    try {
      closed = true;
      follower.close();
    } finally {
      looking.unlock();
    }
  }

  private void lookForSpec(FederationState state) {
    looking.lock();
    try {
      if (spec != null || invalidSpec || closed) {
        return;
      }
      switch (SpecLookup.of(state.created().spec(), store)) {
        case SpecLookup.Found.Present(FederationSpec found) -> adopt(found);
        case SpecLookup.Found.Absent _ -> {
          // Whoever founded the federation has not brought it yet.
        }
        case SpecLookup.Found.Invalid(String why) -> {
          invalidSpec = true;
          LOG.error(new CannotJudgeException("the federation's spec", why).getMessage());
        }
      }
    } finally {
      looking.unlock();
    }
  }

  private void adopt(FederationSpec found) {
    if (found.confirmations() > 0) {
      LedgerFollower shallow = follower;
      LedgerFollower deep = follower(found.confirmations());
      deep.refresh();
      deep.start();
      follower = deep;
      shallow.close();
    }
    spec = found;
    LOG.info(
        "federation {} has its spec; acting at {} confirmations",
        found.name(),
        found.confirmations());
  }

  private LedgerFollower follower(int confirmations) {
    LedgerFollower made = new LedgerFollower(ledger, firstBlock, confirmations, poll);
    made.onState(
        state -> {
          ready = true;
          onChange.run();
        });
    made.onDeath(onDeath);
    made.onTrouble(e -> LOG.warn("the ledger could not be read, trying again: {}", e.toString()));
    return made;
  }

  private Optional<byte[]> document(Digest digest) {
    if (BlobInput.open(store, digest) instanceof BlobInput.Stream(BlobInput in)
        && in.size() <= CanonicalJson.MAX_BYTES) {
      try {
        return Optional.of(in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.empty();
  }
}
