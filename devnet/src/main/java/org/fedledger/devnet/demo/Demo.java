package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.audit.FederationAudit;
import org.fedledger.client.training.LocalModel;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.Holding;
import org.fedledger.devnet.demo.DemoReport.Chain;
import org.fedledger.devnet.demo.DemoReport.FinalVersion;
import org.fedledger.devnet.demo.DemoReport.Member;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.devnet.demo.DemoReport.RoundEntry;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.devnet.network.Network;
import org.fedledger.node.round.Aggregation;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport;

/** Plays a federation from the first block to the audit; closing it stops all that it started. */
final class Demo implements AutoCloseable {

  private final DemoOptions options;
  private final Dataset dataset;
  private final DemoFolder folder;
  private final Narrator narrator;
  private final long began = System.nanoTime();
  private final long tamperedRound;

  private volatile Network network;
  private volatile DemoFederation federation;
  private volatile Cast cast;
  private boolean closed;

  Demo(DemoOptions options, DemoFolder folder, Narrator narrator) {
    this.options = options;
    this.dataset = options.dataset();
    this.folder = folder;
    this.narrator = narrator;
    this.tamperedRound = (dataset.spec().rounds() + 1) / 2;
  }

  /**
   * Plays all rounds, then audits.
   *
   * @throws TimeoutException if a round does not end within its time
   */
  DemoResult run() throws IOException, InterruptedException, TimeoutException {
    network = AnvilNetwork.start(folder.chain());
    federation = DemoFederation.start(options, folder, network, aggregation());
    cast = Cast.assemble(federation, options, folder);
    federation.keys().write(folder, members().stream().map(Member::name).toList());
    introduce();
    List<PlayedRound> played = play();
    Optional<Culprit> culprit = tamper(played);
    AuditReport audit = audit();
    return new DemoResult(report(played, audit), audit, culprit);
  }

  private Aggregation aggregation() {
    return options.tamper().filter(Tamper.AGGREGATE_ULP::equals).isPresent()
        ? new OneUlpOff(tamperedRound)
        : Aggregation.PROTOCOL;
  }

  private void introduce() {
    FederationSpec spec = dataset.spec();
    narrator.say(
        "FedLedger demo: %s, %d participants, %d rounds of %s/%d, seed %d",
        spec.name(),
        dataset.holdings().size(),
        spec.rounds(),
        spec.plan().rule().name(),
        spec.plan().rule().version(),
        options.seed().value());
    narrator.say(
        "  %s, chain %d, at %s; contract %s",
        network.kind(), Network.CHAIN_ID, network.rpc(), federation.founded().contract());
    narrator.say("  node %s at %s", federation.keys().node().address(), federation.node().url());
    members().forEach(member -> narrator.member(member.name(), member.address()));
    options
        .tamper()
        .ifPresent(
            tamper ->
                narrator.say("  a fraud is planned: %s, round %d", tamper.text(), tamperedRound));
    narrator.say("");
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    List<Holding> holdings = dataset.holdings();
    for (int i = 0; i < holdings.size(); i++) {
      members.add(
          new Member(holdings.get(i).participant(), federation.keys().participant(i).address()));
    }
    return members;
  }

  private List<PlayedRound> play() throws IOException, InterruptedException, TimeoutException {
    RoundPlan plan = new RoundPlan(federation.founded().spec(), dataset.spec().plan());
    Digest version0 = federation.founded().model().digest();
    narrator.version0(version0, Metrics.mean(cast.evaluations(0).values()));
    List<PlayedRound> played = new ArrayList<>();
    try (GasMeter gas = new GasMeter(network.rpc())) {
      RoundPlay play = new RoundPlay(federation, cast, gas);
      for (long number = 1; number <= dataset.spec().rounds(); number++) {
        PlayedRound round = play.play(number, plan);
        narrator.round(round.entry(), committed(round));
        played.add(round);
      }
    }
    return played;
  }

  private List<String> committed(PlayedRound round) {
    Map<Address, String> names = new HashMap<>();
    members().forEach(member -> names.put(member.address(), member.name()));
    return round.entry().updates().stream().map(c -> names.get(c.participant())).toList();
  }

  /** Commits the fraud that needs no dishonest node, and says whom the audit must name. */
  private Optional<Culprit> tamper(List<PlayedRound> played) throws IOException {
    if (options.tamper().isEmpty()) {
      return Optional.empty();
    }
    PlayedRound round = played.get((int) tamperedRound - 1);
    return switch (options.tamper().get()) {
      case UPDATE_BYTE -> {
        var update = round.entry().updates().getFirst();
        StoredUpdates.changeOneByte(store(), update.digest());
        narrator.say("One byte of update %s was changed in the node's store.", update.digest());
        yield Optional.of(new Culprit(tamperedRound, update.participant(), update.digest()));
      }
      case AGGREGATE_ULP ->
          Optional.of(
              new Culprit(
                  tamperedRound, federation.keys().node().address(), round.entry().digest()));
    };
  }

  private AuditReport audit() throws IOException {
    return new FederationAudit(federation.rpc(), federation.founded().contract(), store())
        .run(_ -> true, _ -> {});
  }

  private DemoReport report(List<PlayedRound> played, AuditReport audit) throws IOException {
    List<RoundEntry> rounds = played.stream().map(PlayedRound::entry).toList();
    RoundEntry last = rounds.getLast();
    return new DemoReport(
        new Chain(
            network.kind(), federation.rpc().client(), Network.CHAIN_ID, network.rpc().toString()),
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
        seconds());
  }

  private OptionalDouble common(RoundEntry last) throws IOException {
    if (dataset.common().isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!(store().fetch(last.digest()) instanceof Fetched.Found(Path file))) {
      throw new IOException("the node lost the last version");
    }
    return OptionalDouble.of(
        LocalModel.read(dataset.spec().architecture(), file)
            .evaluate(Cast.examples(dataset.common().get()))
            .accuracy());
  }

  /** The files as an outsider finds them. */
  private BlobSource store() {
    return new FolderBlobSource(folder.blobs());
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e6 / 1e3;
  }

  /** Tells the end of the story, and how to check it. */
  void conclude(DemoResult result, boolean kept, boolean running) {
    narrator.last(result.report());
    narrator.audit(result.audit());
    result
        .culprit()
        .ifPresent(
            culprit ->
                narrator.say(
                    culprit.namedBy(result.audit())
                        ? "The fraud was caught, and the audit names %s."
                        : "THE FRAUD WAS NOT CAUGHT: the audit should have named %s.",
                    culprit.who()));
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
          "  ./fedledger devnet up --dir %s --port %d      (and in another terminal)",
          folder.chain(), network.rpc().getPort());
    }
    narrator.say(
        "  ./fedledger audit verify --rpc %s --contract %s --blobs %s",
        network.rpc(), federation.founded().contract(), folder.blobs());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (cast != null) {
        cast.close();
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
