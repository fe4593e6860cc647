package org.fedledger.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.Folders;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.memory.InMemoryChain;
import org.fedledger.role.Aggregator;
import org.fedledger.role.Closer;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Coordinator;
import org.fedledger.role.Participant;
import org.fedledger.role.ReceiptBook;
import org.fedledger.role.Replica;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.Verifier;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Nonce;
import org.fedledger.training.Randomness;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * A federation with all its parties, from its founding to the audit after its last round.
 *
 * <p>One object simulates once, in the thread that calls it.
 */
public final class Simulation {

  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));

  /** Seconds since 1970 UTC at which the ledger begins. */
  private static final long EPOCH = 1_800_000_000L;

  private static final long RECOVERY_SECONDS = 24 * 60 * 60;

  private static final long BLOCK_TIME = 5_000;

  private final SimulationSetup setup;
  private final Path folder;
  private final FaultRates rates;
  private final Scheduler scheduler = new Scheduler();
  private final Trace trace;
  private final SignedOnce signedOnce = new SignedOnce();
  private final SeededRandom chainFaults;

  private final FederationId federation;
  private final FederationSpec spec;
  private final RoundPlan plan;
  private final BlobPool pool;
  private final BlobPool.Store coordinatorStore;
  private final InMemoryChain chain;
  private final LedgerViews views;
  private final GoingAudit audit;
  private final List<SimulatedParty> parties = new ArrayList<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<BlobPool.Store> stores = new ArrayList<>();
  private final List<SimulatedMemory> memories = new ArrayList<>();

  /** The last round whose updates were audited and deleted. */
  private long settled;

  private Simulation(SimulationSetup setup, Path folder, Consumer<String> listener)
      throws IOException {
    this.setup = setup;
    this.folder = folder;
    this.rates = FaultRates.drawn(setup.faults(), new SeededRandom(setup.seed(), "rates"));
    this.trace = new Trace(listener);
    this.chainFaults = new SeededRandom(setup.seed(), "faults of the chain");
    this.federation = new FederationId(SeededRandom.hash(setup.seed(), "federation"));
    this.spec = setup.spec(rates.confirmations());
    byte[] specFile = SpecJson.write(spec);
    this.plan = new RoundPlan(Digest.ofContent(specFile), spec.plan());
    this.pool = new BlobPool(newFolder("blobs"));
    this.coordinatorStore = newStore();
    put(specFile);
    put(SpecJson.write(plan));
    this.chain = found();
    this.views = new LedgerViews(reader());
    this.audit = new GoingAudit(reader(), stores, liar(), newFolder("audit"));
  }

  /**
   * Simulates, audits, and checks all that must hold in every run; with faults that pass, also that
   * the same versions come about without.
   *
   * @param listener told of every line of the trace
   * @throws SimulationFailure if something happened that must never happen
   */
  public static SimulationResult run(SimulationSetup setup, Consumer<String> listener)
      throws IOException {
    SimulationResult result = runAlone(setup, true, listener);
    if (setup.faults() == Faults.PASSING) {
      List<Digest> expected = runAlone(setup.undisturbed(), false, _ -> {}).models();
      if (!result.models().equals(expected)) {
        throw new SimulationFailure(
            "the models are %s, and without faults %s".formatted(result.models(), expected));
      }
    }
    return result;
  }

  private static SimulationResult runAlone(
      SimulationSetup setup, boolean audited, Consumer<String> listener) throws IOException {
    try (SimulationFolder scratch = new SimulationFolder()) {
      return new Simulation(setup, scratch.path(), listener).run(audited);
    }
  }

  private SimulationResult run(boolean audited) throws IOException {
    trace.tell(0, "simulation", rates.toString());
    admitParticipants();
    makeParties();
    scheduler.plan(BLOCK_TIME, new Object(), this::mine);
    long limit = longestRound() * setup.rounds();
    if (!scheduler.run(() -> isOver(audited), limit)) {
      throw new SimulationFailure(
          "after %d seconds round %d of %d is %s"
              .formatted(
                  scheduler.now() / 1_000,
                  views.newest().nextRound() - 1,
                  setup.rounds(),
                  views.newest().round().map(Round::phase)));
    }
    // What is still under way must do no harm when it arrives.
    scheduler.run(
        () -> false, scheduler.now() + rates.longestDelay() + longestOutage() + BLOCK_TIME);
    return conclude(audited);
  }

  /** By then a round has ended, and the next one been opened, whoever was away. */
  private long longestRound() {
    return setup.faults().windows().longestLife().toMillis() + 2 * longestOutage();
  }

  private long longestOutage() {
    return Math.max(rates.longestOutage(), rates.longestLasting());
  }

  /** Whether the last round has ended where every party can see it. */
  private boolean isOver(boolean audited) {
    FederationState state = views.behind(rates.confirmations(), 0);
    if (audited && !rates.any() && state.openRound().isEmpty() && state.nextRound() - 1 > settled) {
      settle(state.nextRound() - 1);
    }
    return state.openRound().isEmpty() && state.nextRound() > setup.rounds();
  }

  /** Audits what has ended, after which nobody needs its updates. */
  private void settle(long round) {
    try {
      audit.goOn(receipts());
      for (SimulatedMemory memory : memories) {
        for (Digest update : memory.deleteUpdates()) {
          pool.delete(update);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settled = round;
  }

  private List<SignedReceipt> receipts() {
    return memories.stream().flatMap(m -> m.takeReceipts().stream()).toList();
  }

  private SimulationResult conclude(boolean audited) throws IOException {
    List<SimulatedRound> rounds = RecordCheck.rounds(setup, reader());
    if (audited) {
      audit.goOn(receipts());
    }
    trace.tell(scheduler.now(), "simulation", "ended in block " + views.newest().at().hash());
    return new SimulationResult(
        federation,
        views.newest().participants().keySet().stream().toList(),
        rounds,
        trace.digest(),
        trace.lines(),
        parties.stream().mapToLong(SimulatedParty::kills).sum(),
        views.newest().at().number() + 1,
        scheduler.now() / 1_000,
        audit.updates(),
        audit.verified());
  }

  // The founding.

  private InMemoryChain found() throws IOException {
    Path version0 = folder.resolve("version-0");
    BlobId model = InitialModels.write(spec, federation, version0);
    Optional<BlobId> state =
        InitialModels.writeState(spec, federation, folder.resolve("version-0-state"));
    return InMemoryChain.found(
        new FederationSetup(
            federation,
            plan.spec(),
            model,
            state,
            setup.quorum(),
            setup.attestationThreshold(),
            RECOVERY_SECONDS,
            key("coordinator").address(),
            Optional.empty(),
            addresses("aggregator", setup.aggregators()),
            addresses("verifier", setup.verifiers()),
            List.of()),
        DOMAIN,
        () -> EPOCH + scheduler.now() / 1_000);
  }

  private void admitParticipants() {
    Ledger coordinator = chain.as(key("coordinator").address());
    for (Address participant : addresses("participant", setup.participants())) {
      if (!(coordinator.submit(new LedgerAction.Admit(participant, -1L))
          instanceof Outcome.Mined)) {
        throw new SimulationFailure(participant + " was not admitted");
      }
    }
    // Nobody lags, and no chain is reorganised, down to here.
    for (int i = 0; i <= rates.confirmations() + rates.behind(); i++) {
      chain.mine();
    }
  }

  private SigningKey key(String name) {
    return SigningKey.fromSecret(SeededRandom.hash(setup.seed(), "key of " + name));
  }

  private SigningKey aggregator(int index) {
    return key("aggregator-" + index);
  }

  /** Who lies is one of several aggregators, and verifiers look at what it publishes. */
  private Optional<Address> liar() {
    boolean lies = rates.liar() && setup.aggregators() > 1 && setup.verifiers() > 0;
    return lies ? Optional.of(aggregator(setup.aggregators() - 1).address()) : Optional.empty();
  }

  private LedgerReader reader() {
    return chain.as(key("auditor").address());
  }

  private List<Address> addresses(String role, int count) {
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(key(role + "-" + i).address());
    }
    return addresses;
  }

  private void put(byte[] content) throws IOException {
    coordinatorStore.store(
        Digest.ofContent(content), content.length, new ByteArrayInputStream(content));
  }

  private Path newFolder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  private BlobPool.Store newStore() {
    BlobPool.Store store = pool.newStore();
    stores.add(store);
    return store;
  }

  // The parties.

  private void makeParties() throws IOException {
    for (int i = 0; i < setup.aggregators(); i++) {
      makeAggregator(i);
    }
    for (int i = 0; i < setup.verifiers(); i++) {
      makeVerifier("verifier-" + i);
    }
    for (int i = 0; i < setup.participants(); i++) {
      makeParticipant("participant-" + i);
    }
    makeCoordinator();
    SimulatedParty closer = party("closer");
    Ledger ledger = ledgerOf(closer, key("closer"));
    closer.begin(() -> new Closer(ledger), () -> {});
  }

  private SimulatedParty party(String name) {
    SimulatedParty party = new SimulatedParty(name, scheduler, trace, setup.seed(), rates, views);
    parties.add(party);
    return party;
  }

  private Ledger ledgerOf(SimulatedParty party, SigningKey account) {
    return new SimulatedLedger(chain.as(account.address()), party, signedOnce);
  }

  private void makeAggregator(int index) throws IOException {
    SigningKey key = aggregator(index);
    SimulatedParty party = party("aggregator-" + index);
    BlobPool.Store store = newStore();
    Path work = newFolder(party.name());
    nodes.add(new SimulatedNode(party, key, DOMAIN, store, views));
    boolean lies = liar().filter(key.address()::equals).isPresent();
    ResultProvider results = lies ? new LyingProvider() : ResultProvider.PROTOCOL;
    Ledger ledger = ledgerOf(party, key);
    party.begin(
        () ->
            new Aggregator(
                ledger, key, new LocalStore(party, store), work, results, ReceiptBook.NONE),
        () -> {});
  }

  private void makeVerifier(String name) throws IOException {
    SigningKey key = key(name);
    SimulatedParty party = party(name);
    BlobStore store = new LocalStore(party, newStore());
    Path work = newFolder(name);
    List<BlobSource> sources = sourcesOf(party);
    List<Replica> replicas = replicasOf(party);
    Ledger ledger = ledgerOf(party, key);
    party.begin(
        () ->
            new Verifier(
                ledger, key, store, sources, replicas, Concurrency.NONE, Folders.emptied(work)),
        () -> {});
  }

  private void makeParticipant(String name) throws IOException {
    SigningKey key = key(name);
    SimulatedParty party = party(name);
    SimulatedMemory memory = new SimulatedMemory(party, newFolder(name));
    memories.add(memory);
    BlobFiles files = new BlobFiles(sourcesOf(party), newFolder(name + "-fetched"));
    SeededTrainer trainer = new SeededTrainer(party);
    Randomness randomness = new Randomness(new Digest(SeededRandom.hash(setup.seed(), "data")));
    Nonces nonces = new Nonces(name);
    Ledger ledger = ledgerOf(party, key);
    party.begin(
        () ->
            new Participant(
                ledger,
                key.address(),
                key,
                files,
                nodes.stream().map(n -> n.peerOf(party)).toList(),
                trainer,
                randomness,
                _ -> nonces.next(),
                memory,
                Concurrency.NONE,
                _ -> {}),
        memory::loseDraft);
  }

  private void makeCoordinator() {
    SigningKey key = key("coordinator");
    SimulatedParty party = party("coordinator");
    Ledger ledger = ledgerOf(party, key);
    List<Replica> replicas = replicasOf(party);
    party.begin(
        () ->
            new Coordinator(
                ledger,
                key.address(),
                plan,
                setup.faults().windows(),
                setup.rounds(),
                OptionalInt.empty(),
                new LocalStore(party, coordinatorStore),
                replicas,
                Concurrency.NONE),
        () -> {});
  }

  private List<BlobSource> sourcesOf(SimulatedParty party) {
    return nodes.stream().map(n -> n.sourceOf(party)).toList();
  }

  private List<Replica> replicasOf(SimulatedParty party) {
    return nodes.stream().map(n -> n.replicaOf(party)).toList();
  }

  /** Every training draws another nonce, as it would where nothing is seeded. */
  private final class Nonces {
    private final String name;
    private int drawn;

    Nonces(String name) {
      this.name = name;
    }

    Nonce next() {
      byte[] hash = SeededRandom.hash(setup.seed(), "nonce " + name + " " + drawn++);
      return new Nonce("0x" + new Digest(hash).hex().substring(0, 32));
    }
  }

  // The chain.

  private void mine() {
    if (chainFaults.happens(rates.reorganised())) {
      int depth = chainFaults.between(1, rates.confirmations());
      chain.reorganise(depth);
      trace.tell(scheduler.now(), "chain", "is reorganised, %d deep".formatted(depth));
    } else {
      chain.mine();
    }
    scheduler.plan(BLOCK_TIME, new Object(), this::mine);
  }
}
