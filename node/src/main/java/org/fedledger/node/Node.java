package org.fedledger.node;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.FolderLock;
import org.fedledger.files.Folders;
import org.fedledger.files.WholeFile;
import org.fedledger.index.GasSource;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.http.Access;
import org.fedledger.node.http.AccessLog;
import org.fedledger.node.http.DiskSpace;
import org.fedledger.node.http.HttpApi;
import org.fedledger.node.http.HttpObserver;
import org.fedledger.node.http.HttpServices;
import org.fedledger.node.http.ReadTrail;
import org.fedledger.node.records.Evaluations;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.role.Aggregator;
import org.fedledger.role.Closer;
import org.fedledger.role.ReceiptBook;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.Role;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.Step;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running aggregator: follows the ledger, publishes what rounds come to, ends what waits, serves
 * the API.
 *
 * <p>All that it holds can be rebuilt from ledger and blobs, save its key, receipts and
 * evaluations; it may be stopped at any moment and started again on the same folder. The ledger and
 * the key are the caller's; closing the node closes neither.
 */
public final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Blocks and uploads nudge the roles; this is for the case that none comes. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Address address;
  private final BlobStore store;
  private final Federation federation;
  private final NodeIndex index;
  private final List<RoleLoop> roles;
  private final NodeMetrics metrics;
  private final AccessLog accessLog;
  private final ReadTrail trail;
  private final InstantSource clock;
  private final HttpApi api;
  private final FolderLock lock;
  private final CompletableFuture<Error> death = new CompletableFuture<>();

  /** Starts an honest node. */
  public static Node start(NodeConfig config, Ledger ledger, GasSource gas, SigningKey key)
      throws IOException {
    return start(config, ledger, gas, key, ResultProvider.PROTOCOL, InstantSource.system());
  }

  /**
   * Starts a node. Returns once it listens; whether the ledger answers shows later.
   *
   * @param gas tells what transactions took
   * @param key signs publications and receipts; the node publishes if the ledger has its address as
   *     an aggregator
   * @param aggregation how it comes to what it publishes
   * @param clock by which signed reads expire
   * @throws IOException if the folder cannot be used, or the port not be had
   */
  public static Node start(
      NodeConfig config,
      Ledger ledger,
      GasSource gas,
      SigningKey key,
      ResultProvider aggregation,
      InstantSource clock)
      throws IOException {
    FolderLock lock = lock(config.dataDir());
    try {
      return new Node(config, ledger, gas, key, aggregation, clock, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private Node(
      NodeConfig config,
      Ledger ledger,
      GasSource gas,
      SigningKey key,
      ResultProvider aggregation,
      InstantSource clock,
      FolderLock lock)
      throws IOException {
    Path dir = config.dataDir();
    this.lock = lock;
    address = key.address();
    FileBlobStore blobs = new FileBlobStore(dir.resolve("blobs"));
    store = blobs;
    federation =
        new Federation(
            ledger,
            config.firstBlock(),
            config.poll(),
            store,
            clock,
            this::blockCame,
            died("ledger"));
    index =
        new NodeIndex(
            dir.resolve("index.db"),
            federation.shared(),
            gas,
            config.firstBlock(),
            federation::confirmations,
            this::indexChanged,
            died("index"));
    DiskSpace disk = new DiskSpace(dir, config.limits().minFreeBytes());
    accessLog = new AccessLog(dir.resolve("logs").resolve("access.jsonl"), died("access log"));
    trail = new ReadTrail(dir.resolve("trail").resolve("reads.jsonl"));
    metrics = new NodeMetrics(federation, clock);
    this.clock = clock;
    IssuedReceipts receipts = new IssuedReceipts(dir.resolve("receipts"), ledger.domain(), key);
    List<RoleLoop> parts = new ArrayList<>();
    parts.add(
        loop(
            "aggregator",
            new Aggregator(
                ledger,
                key,
                store,
                Folders.emptied(dir.resolve("work")),
                metrics.timed(aggregation),
                // Code of the operator's own is bound by no receipt.
                aggregation == ResultProvider.PROTOCOL ? receipts : ReceiptBook.NONE)));
    parts.add(loop("closer", new Closer(ledger)));
    config
        .limits()
        .retainRounds()
        .ifPresent(
            rounds ->
                parts.add(
                    loop(
                        "retention",
                        new Retention(
                            blobs, index, federation, rounds, dir.resolve("retention")))));
    roles = List.copyOf(parts);
    List<Loop> loops = new ArrayList<>(roles);
    loops.addAll(List.of(federation, index, accessLog));
    metrics.watch(loops);
    metrics.watch(index, federation, disk, accessLog);
    metrics.watch(new AccountBalance(gas, address, clock));
    AtomicInteger uploads = new AtomicInteger();
    api =
        HttpApi.start(
            config.http(),
            new HttpServices(
                key,
                federation,
                store,
                receipts,
                new Evaluations(dir.resolve("evaluations")),
                index,
                loops,
                clock,
                observer(),
                trail,
                disk,
                uploads,
                config.limits().maxStandstill(),
                this::somethingMayBeDue,
                died("API")));
    metrics.watch(api::connections, uploads);
    metrics.watch(api::certificateExpiry);
    announce(dir);
    federation.start();
    roles.forEach(RoleLoop::start);
    index.start();
    accessLog.start();
    LOG.info("node {} listens at {}", address, url());
  }

  /** Where the API is. */
  public URI url() {
    return api.url();
  }

  /** Where health and measurements are told. */
  public URI monitorUrl() {
    return api.monitorUrl();
  }

  /** Address of the node's key. */
  public Address address() {
    return address;
  }

  /** Completes with the reason if a part of the node has ended for good; the process is to end. */
  public CompletableFuture<Error> death() {
    return death;
  }

  /** The last state seen, or empty while the ledger has told nothing yet. */
  public Optional<FederationState> state() {
    return federation.state();
  }

  /** The node's blobs; for reading. */
  public BlobStore store() {
    return store;
  }

  /** Takes no new requests, lets those under way and the present step end, and stops. */
  @Override
  public void close() {
    api.close();
    roles.forEach(RoleLoop::close);
    federation.close();
    index.close();
    metrics.close();
    accessLog.close();
    try {
      trail.close();
      lock.close();
    } catch (IOException e) {
      LOG.warn("the data folder could not be given back: {}", e.getMessage());
    }
    LOG.info("node {} stopped", address);
  }

  private void blockCame() {
    somethingMayBeDue();
    api.changed();
  }

  /** Pages that were told of the block read from the index too. */
  private void indexChanged() {
    api.changed();
  }

  private void somethingMayBeDue() {
    roles.forEach(RoleLoop::nudge);
    index.nudge();
  }

  private RoleLoop loop(String name, Role role) {
    return new RoleLoop(
        name, role, federation::state, LONGEST_WAIT, new RoleLog(name, this::stepped, died(name)));
  }

  private void stepped(Step step) {
    metrics.stepped(step);
    if (step instanceof Step.Submitted(var _, LedgerAction.Publish publish, var _)) {
      federation
          .state()
          .flatMap(FederationState::round)
          .filter(round -> round.id().equals(publish.publication().roundId()))
          .ifPresent(round -> note(round, publish.decision()));
    }
  }

  /** Whose updates were left out, and why. */
  private void note(Round round, Decision decision) {
    SortedMap<Address, UpdateCommitted> commitments = round.commitments();
    for (Rejection rejection : decision.rejections()) {
      Reason reason = rejection.reason();
      metrics.rejected(reason);
      round.members().values().stream()
          .filter(member -> member.index() == rejection.index())
          .map(member -> commitments.get(member.address()))
          .filter(Objects::nonNull)
          .map(UpdateCommitted::commitment)
          .forEach(c -> accessLog.rejected(clock.instant(), c, reason.name()));
    }
  }

  /** Both are told of requests. */
  private HttpObserver observer() {
    return new HttpObserver() {
      @Override
      public void answered(Access access) {
        metrics.answered(access);
        accessLog.answered(access);
      }

      @Override
      public void stored(long bytes) {
        metrics.stored(bytes);
      }

      @Override
      public String scrape() {
        return metrics.scrape();
      }
    };
  }

  /** A node of which one part is gone only seems to be one. */
  private Consumer<Error> died(String part) {
    return why -> {
      try {
        LOG.error("the {} cannot go on, and so the node ends: {}", part, why.toString(), why);
      } finally {
        // Also where there is no memory left to say so.
        death.complete(why);
      }
    };
  }

  /** So that scripts find the ports. */
  private void announce(Path dir) throws IOException {
    WholeFile.write(
        dir.resolve("node.json"),
        CanonicalJson.write(
            JsonNodeFactory.instance
                .objectNode()
                .put("url", url().toString())
                .put("monitorUrl", monitorUrl().toString())
                .put("node", address.toString())));
  }

  private static FolderLock lock(Path dir) throws IOException {
    return FolderLock.of(dir)
        .orElseThrow(
            () ->
                new IOException(
                    "another node uses the folder %s; give each its own data-dir".formatted(dir)));
  }
}
