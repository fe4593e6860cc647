package org.fedledger.client.participant;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.client.node.FakeNode;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.memory.InMemoryChain;
import org.fedledger.rule.BaseFiles;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.Draw;
import org.fedledger.signing.Publication;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.verify.RoundComputation;

/** One participant with a table, one aggregator; the ledger in memory, the node on a local port. */
public final class TabularFederation implements AutoCloseable {

  public static final String CSV =
      """
      age,sex,ill
      40,f,0
      71,m,1
      66,f,1
      35,m,0
      58,f,1
      29,f,0
      """;

  public static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));

  private static final FederationId ID = FederationId.of("0x" + "0d".repeat(32));
  private static final long TIME = 1_000;

  public final SigningKey participant = key(7);
  public final FederationSpec spec;
  public final InMemoryChain chain;
  public final FakeNode node;

  private final SigningKey coordinator = key(8);
  private final SigningKey aggregator = key(9);
  private final FileBlobStore store;
  private final Path folder;

  public TabularFederation(Path folder) throws IOException {
    this(
        folder,
        new Architecture(
            List.of(new Layer.Dense(2, 1, Activation.SIGMOID)), Loss.BINARY_CROSS_ENTROPY));
  }

  public TabularFederation(Path folder, Architecture architecture) throws IOException {
    this.spec = spec(architecture);
    this.folder = Files.createDirectories(folder);
    this.store = new FileBlobStore(folder.resolve("store"));
    Path version0 = folder.resolve("version-0");
    BlobId model = InitialModels.write(spec, ID, version0);
    LocalFiles.store(store, model.digest(), version0);
    this.chain =
        InMemoryChain.found(
            new FederationSetup(
                ID,
                put(SpecJson.write(spec)),
                model,
                Optional.empty(),
                1,
                0,
                50,
                coordinator.address(),
                Optional.empty(),
                List.of(aggregator.address()),
                List.of(),
                List.of()),
            DOMAIN,
            () -> TIME);
    submit(coordinator, new LedgerAction.Admit(participant.address(), -1L));
    this.node = new FakeNode(chain.as(aggregator.address()), store, aggregator);
  }

  private static FederationSpec spec(Architecture architecture) {
    return new FederationSpec(
        "tabular",
        architecture,
        new InitialModel.Zeros(),
        1,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(
            new FedAvg(1),
            new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS),
            1_000,
            OptionalDouble.empty()),
        Optional.of(
            new DataSchema(
                List.of(
                    new Column.Numeric("age"),
                    new Column.Category("sex", List.of("f", "m")),
                    new Column.BinaryLabel("ill", 0.5)),
                Set.of(),
                true,
                new DataSchema.HeldOut.EveryNth(3))));
  }

  public static SigningKey key(int number) {
    byte[] secret = new byte[SigningKey.LENGTH];
    secret[31] = (byte) number;
    return SigningKey.fromSecret(secret);
  }

  public Ledger ledger() {
    return chain.as(participant.address());
  }

  public FederationState state() {
    try (LedgerFollower follower = new LedgerFollower(ledger(), 0)) {
      return follower.refresh();
    }
  }

  public Path table() throws IOException {
    return Files.writeString(folder.resolve("patients.csv"), CSV);
  }

  public void openRound() throws IOException {
    byte[] plan =
        SpecJson.write(new RoundPlan(Digest.ofContent(SpecJson.write(spec)), spec.plan()));
    ModelVersion head = state().head();
    RoundOpening opening =
        new RoundOpening(
            put(plan),
            plan.length,
            head.version(),
            head.model(),
            head.state(),
            TIME + 100,
            BigInteger.ZERO,
            50,
            50,
            50,
            1,
            Draw.EVERYBODY,
            1,
            1_000);
    submit(coordinator, new LedgerAction.OpenRound(opening));
  }

  /** What an aggregator does next, if anything. */
  public void aggregate() throws IOException {
    Round round = state().openRound().orElse(null);
    if (round == null || !round.complete()) {
      return;
    }
    if (round.phase() == Round.Phase.COMMITTING) {
      submit(aggregator, new LedgerAction.CloseCommits(round.id()));
    } else if (round.phase() == Round.Phase.PUBLISHING) {
      Digest update = round.commitments().get(participant.address()).commitment().digest();
      Optional<Path> file = store.file(update);
      if (file.isPresent()) {
        publish(round, file.get());
      }
    }
  }

  private void publish(Round round, Path update) throws IOException {
    Path out = folder.resolve("model");
    RoundPlan plan = new RoundPlan(state().created().spec(), spec.plan());
    var base =
        new BaseFiles(store.file(round.opening().baseModel()).orElseThrow(), Optional.empty());
    var result =
        (RoundComputation.Result.Aggregated)
            new RoundComputation(ID, spec, plan, round, 1)
                .compute(
                    base,
                    _ -> Optional.of(update),
                    new RuleApplication.Target(out, folder.resolve("no-state")));
    BlobId model = Blobs.id(out);
    LocalFiles.store(store, model.digest(), out);
    Publication publication =
        new Publication(
            round.id(),
            round.nextAttempt(),
            model.digest(),
            model.size(),
            Digest.NONE,
            0,
            result.decision().digest());
    submit(
        aggregator,
        new LedgerAction.Publish(
            publication, result.decision(), DOMAIN.sign(publication, aggregator)));
  }

  private Digest put(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("document"), content);
    Digest digest = Digest.ofContent(content);
    LocalFiles.store(store, digest, file);
    return digest;
  }

  private void submit(SigningKey account, LedgerAction action) {
    Outcome outcome = chain.as(account.address()).submit(action);
    if (!(outcome instanceof Outcome.Mined)) {
      throw new AssertionError(action + " was refused: " + outcome);
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
