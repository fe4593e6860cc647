package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.audit.FederationAudit;
import org.fedledger.client.audit.bundle.BundleExport;
import org.fedledger.client.training.dl4j.Dl4jBackend;
import org.fedledger.contracts.RefusedTransactions;
import org.fedledger.contracts.RefusedTransactions.RefusedTransaction;
import org.fedledger.contracts.Rpc;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.Holding;
import org.fedledger.devnet.demo.DemoReport.Chain;
import org.fedledger.devnet.demo.DemoReport.FinalVersion;
import org.fedledger.devnet.demo.DemoReport.Member;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.devnet.demo.DemoReport.RoundEntry;
import org.fedledger.devnet.demo.tamper.Attack;
import org.fedledger.devnet.demo.tamper.FraudEvidence;
import org.fedledger.devnet.demo.tamper.Handover;
import org.fedledger.devnet.demo.tamper.Party;
import org.fedledger.devnet.demo.tamper.Scheme;
import org.fedledger.devnet.demo.tamper.Stage;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.fedledger.devnet.demo.tamper.WaitedOut;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.Receipts;

/** Plays a federation from the first block to the audit; closing it stops all that it started. */
final class Demo implements AutoCloseable {

  private final DemoOptions options;
  private final Dataset dataset;
  private final DemoFolder folder;
  private final boolean kept;
  private final Narrator narrator;
  private final long began = System.nanoTime();
  private final Optional<Stage> stage;
  private final Optional<Attack> attack;
  private List<RefusedTransaction> refusals = List.of();

  private volatile Network network;
  private volatile DemoFederation federation;
  private volatile DemoParties parties;
  private boolean closed;

  /**
   * @param kept whether the folder outlives the demo, so that its key files are of use
   */
  Demo(DemoOptions options, DemoFolder folder, boolean kept, Narrator narrator) {
    this.options = options;
    this.kept = kept;
    this.dataset = options.dataset();
    this.folder = folder;
    this.narrator = narrator;
    this.stage = options.scheme().map(scheme -> stage(options, scheme));
    this.attack = stage.map(Tamper::play);
  }

  /**
   * Plays all rounds, then audits.
   *
   * @throws TimeoutException if a round does not end within its time
   */
  DemoResult run() throws IOException, InterruptedException, TimeoutException {
    network =
        options.network().in(folder.chain(), OptionalInt.empty(), line -> narrator.say("%s", line));
    network.start();
    federation = DemoFederation.start(options, folder, network, attack);
    parties = DemoParties.assemble(federation, options, folder, attack);
    if (kept) {
      federation.keys().write(folder, members().stream().map(Member::name).toList(), options);
    }
    introduce();
    List<PlayedRound> played = play();
    if (attack.isPresent()) {
      attack.get().afterwards(folder.blobs(), played.stream().map(PlayedRound::record).toList());
    }
    AuditReport audit = LedgerRetry.untilReached(this::audit);
    return new DemoResult(report(played, audit), audit);
  }

  private static Stage stage(DemoOptions options, Scheme scheme) {
    DemoKeys keys = new DemoKeys(options.seed());
    List<Party> verifiers = new ArrayList<>();
    for (int i = 0; i < options.verifiers(); i++) {
      verifiers.add(new Party(DemoParties.verifierName(i), keys.verifier(i).address()));
    }
    return new Stage(
        scheme,
        options.dataset().spec(),
        options.tamperedRound(),
        members(options.dataset(), keys).stream()
            .map(member -> new Party(member.name(), member.address()))
            .toList(),
        new Party("node", keys.node().address()),
        verifiers);
  }

  private void introduce() {
    FederationSpec spec = dataset.spec();
    narrator.say(
        "FedLedger demo: %s, %d participants, %d rounds of %s, seed %d",
        spec.name(),
        dataset.holdings().size(),
        spec.rounds(),
        spec.plan().rule().id(),
        options.seed().value());
    narrator.say(
        "  %s, chain %d, at %s; contract %s",
        network.kind(), Network.CHAIN_ID, network.rpc(), federation.founded().contract());
    narrator.say("  node %s at %s", federation.keys().node().address(), federation.node().url());
    members().forEach(member -> narrator.member(member.name(), member.address()));
    stage.ifPresent(this::introduce);
    narrator.say("");
  }

  private void introduce(Stage planned) {
    planned.verifiers().forEach(verifier -> narrator.member(verifier.name(), verifier.address()));
    narrator.say(
        "  a fraud is planned: %s, round %d%s",
        planned.scheme().kind().text(),
        planned.round(),
        planned.scheme().colluding() ? ", with verifiers who collude" : "");
  }

  private List<Member> members() {
    return members(dataset, federation.keys());
  }

  private static List<Member> members(Dataset dataset, DemoKeys keys) {
    List<Member> members = new ArrayList<>();
    List<Holding> holdings = dataset.holdings();
    for (int i = 0; i < holdings.size(); i++) {
      members.add(new Member(holdings.get(i).participant(), keys.participant(i).address()));
    }
    return members;
  }

  private List<PlayedRound> play() throws IOException, InterruptedException, TimeoutException {
    RoundPlan plan = new RoundPlan(federation.founded().spec(), dataset.spec().plan());
    Digest version0 = federation.founded().model().digest();
    narrator.version0(version0, Metrics.mean(parties.evaluations(0).values()));
    List<PlayedRound> played = new ArrayList<>();
    Optional<Outage> outage = outage();
    try (Rpc rpc = new Rpc(network.rpc())) {
      RoundPlay play = new RoundPlay(federation, parties, rpc);
      for (long number = 1; number <= dataset.spec().rounds(); number++) {
        if (number == middle()) {
          outage.ifPresent(o -> o.begin(middle()));
        }
        StoryTime time = time(number);
        PlayedRound round =
            play.play(number, plan(number, plan), time.windows(), opened(number, time));
        narrator.round(round.entry(), committed(round));
        if (isTampered(number)) {
          refusals = refusals(round.record());
        }
        played.add(round);
      }
    }
    if (outage.isPresent()) {
      outage.get().awaitOver();
    }
    return played;
  }

  private Optional<Outage> outage() {
    return options.outage().isPresent()
        ? Optional.of(new Outage(network, federation, options.outage().getAsInt(), narrator))
        : Optional.empty();
  }

  private long middle() {
    return (dataset.spec().rounds() + 1) / 2;
  }

  private List<String> committed(PlayedRound round) {
    Map<Address, String> names = new HashMap<>();
    members().forEach(member -> names.put(member.address(), member.name()));
    return round.entry().updates().stream().map(c -> names.get(c.participant())).toList();
  }

  private boolean isTampered(long number) {
    return stage.filter(planned -> planned.round() == number).isPresent();
  }

  private RoundPlan plan(long number, RoundPlan agreed) {
    return isTampered(number) ? attack.orElseThrow().plan(agreed) : agreed;
  }

  private StoryTime time(long number) {
    WaitedOut what = isTampered(number) ? attack.orElseThrow().waitsOut() : WaitedOut.NOTHING;
    return new StoryTime(federation, parties, what);
  }

  private RoundPlay.Opened opened(long number, StoryTime time) {
    return () -> {
      if (isTampered(number)) {
        attack.orElseThrow().opened(federation.coordinator(), federation.keys().coordinator());
      }
      time.waitOut(number);
    };
  }

  /** Read at once, since a chain node may soon forget the states that tell which rule it was. */
  private List<RefusedTransaction> refusals(Round round) {
    return new RefusedTransactions(federation.rpc(), federation.founded().contract())
        .between(round.openedAt().number(), federation.rpc().blockNumber());
  }

  private Optional<Story> story(List<PlayedRound> played, AuditReport audit) {
    return stage.map(
        planned -> {
          FraudEvidence evidence =
              new FraudEvidence(
                  federation.coordinator().domain(),
                  played.get((int) planned.round() - 1).record(),
                  refusals,
                  parties.receipts(),
                  audit);
          return new Story(
              planned.scheme(),
              planned.round(),
              attack.orElseThrow().culprit(),
              attack.orElseThrow().deed(),
              attack.orElseThrow().find(evidence));
        });
  }

  private AuditReport audit() throws IOException {
    Optional<AuditReport> handedOver =
        attack.isPresent() ? attack.get().audit(handover()) : Optional.empty();
    return handedOver.isPresent() ? handedOver.get() : publicAudit();
  }

  private Handover handover() {
    return new Handover(federation.rpc(), federation.founded().contract(), store(), folder.root());
  }

  private AuditReport publicAudit() throws IOException {
    return new FederationAudit(federation.rpc(), federation.founded().contract(), store())
        .report(_ -> true, AuditOptions.PLAIN.withReceipts(Receipts.of(receipts())));
  }

  /** What an auditor is shown. */
  private List<SignedReceipt> receipts() {
    List<SignedReceipt> all = new ArrayList<>(parties.receipts());
    attack.ifPresent(a -> all.addAll(a.receipts()));
    return all;
  }

  private DemoReport report(List<PlayedRound> played, AuditReport audit)
      throws IOException, InterruptedException {
    String client = LedgerRetry.untilReached(() -> federation.rpc().client());
    List<RoundEntry> rounds = played.stream().map(PlayedRound::entry).toList();
    RoundEntry last = rounds.getLast();
    return new DemoReport(
        new Chain(network.kind(), client, Network.CHAIN_ID, network.rpc().toString()),
        federation.founded().contract(),
        dataset.spec().name(),
        members(),
        rounds,
        new FinalVersion(
            last.version(),
            last.digest(),
            last.metrics(),
            played.getLast().metrics(),
            common(last),
            dataset.reference()),
        new DemoReport.AuditSummary(audit.verified(), audit.rounds().size(), audit.updates()),
        story(played, audit),
        seconds());
  }

  private OptionalDouble common(RoundEntry last) throws IOException {
    if (dataset.common().isEmpty()) {
      return OptionalDouble.empty();
    }
    Path file =
        store()
            .file(last.digest())
            .orElseThrow(() -> new IOException("the node lost the last version"));
    return OptionalDouble.of(
        new Dl4jBackend()
            .read(dataset.spec().architecture(), file)
            .evaluate(DemoParties.examples(dataset.common().get()))
            .accuracy());
  }

  /** Leaves all the evidence in one file beside the rest. */
  void bundle() throws IOException, InterruptedException {
    LedgerRetry.untilReached(
        () ->
            new BundleExport(
                    federation.rpc(),
                    federation.founded().contract(),
                    store(),
                    BundleExport.Selection.ALL.with(
                        receipts().stream().map(SignedReceipt::toJson).toList()),
                    _ -> {})
                .to(folder.bundle()));
  }

  /** The files as an outsider finds them. */
  private ShownFiles store() {
    List<FolderBlobSource> places = new ArrayList<>(List.of(new FolderBlobSource(folder.blobs())));
    if (attack.filter(Attack::showsCopies).isPresent()) {
      for (int i = 0; i < options.verifiers(); i++) {
        places.add(new FolderBlobSource(folder.verifierBlobs(i)));
      }
    }
    return new ShownFiles(places);
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e6 / 1e3;
  }

  /** Tells the end of the story, and how to check it. */
  void conclude(DemoResult result, boolean kept, boolean running) {
    narrator.last(result.report());
    narrator.audit(result.audit());
    result.report().tamper().ifPresent(narrator::story);
    narrator.say("Took %.1f s.", result.report().seconds());
    if (kept) {
      tellHowToCheck(running);
    }
    if (running) {
      narrator.say("Chain and node go on running; end them with Ctrl-C.");
    }
  }

  private void tellHowToCheck(boolean running) {
    narrator.say("");
    narrator.say("All of it is in %s. To check it yourself:", folder.root());
    if (!running) {
      narrator.say(
          "  ./fedledger devnet up %s --dir %s --port %d      (and in another terminal)",
          String.join(" ", options.network().words()), folder.chain(), network.rpc().getPort());
    }
    narrator.say(
        "  ./fedledger audit verify --rpc %s --contract %s --blobs %s",
        network.rpc(), federation.founded().contract(), folder.blobs());
    narrator.say(
        "  ./fedledger audit verify-bundle %s      (on any machine, with no network)",
        folder.bundle());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (parties != null) {
        parties.close();
      }
    } finally {
      try {
        if (federation != null) {
          federation.close();
        }
      } finally {
        if (network != null) {
          network.close();
        }
      }
    }
  }
}
