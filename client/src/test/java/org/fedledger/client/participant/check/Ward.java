package org.fedledger.client.participant.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.client.node.FakeNode;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.RetryPolicy;
import org.fedledger.client.training.Models;
import org.fedledger.contracts.ContractCode;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.InMemoryWorld;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.TestKeys;
import org.fedledger.rule.FedAvg;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** A participant for whom everything is well, until a test spoils something. */
final class Ward implements AutoCloseable {

  static final long MODEL_SIZE = 1_000;

  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMillis(1));

  /** What was told, in order. */
  record Told(Check check, CheckResult finding) {}

  final SigningKey coordinator = TestKeys.key(1);
  final SigningKey self = TestKeys.key(3);
  final InMemoryWorld world;
  final FileBlobStore store;
  final FakeNode node;
  final byte[] spec;
  final List<Told> told = new ArrayList<>();

  ParticipantEnvironment.KeySource key = () -> self;
  ContractCode.Finding code = new ContractCode.Finding.Same();
  LedgerReader ledger;
  List<String> nodes;
  Path table;
  Path folder;
  Instant now;

  Ward(Path root) throws IOException {
    this(root, MODEL_SIZE, Optional.of(schema()));
  }

  Ward(Path root, long modelSize, Optional<DataSchema> schema) throws IOException {
    this(root, modelSize, SpecJson.write(spec(schema)));
  }

  /**
   * @param spec any file, whose digest the ledger names
   */
  Ward(Path root, long modelSize, byte[] spec) throws IOException {
    this.spec = spec;
    world = new InMemoryWorld(setup(coordinator, Digest.ofContent(spec), modelSize));
    store = new FileBlobStore(root.resolve("blobs"));
    LocalFiles.store(store, Digest.ofContent(spec), Files.write(root.resolve("spec"), spec));
    submit(new LedgerAction.Admit(self.address(), -1L));
    ledger = world.as(self);
    node = new FakeNode(world.as(self), store, TestKeys.key(2));
    nodes = List.of(node.address().toString());
    table = Files.writeString(root.resolve("ward.csv"), "x,y\n1,0\n2,1\n3,1\n?,0\n4,0\n5,1\n");
    folder = root.resolve("work");
    now = world.clock().instant();
  }

  static FederationSetup setup(SigningKey coordinator, Digest spec, long modelSize) {
    return new FederationSetup(
        FederationId.of("0x" + "0f".repeat(32)),
        spec,
        new BlobId(Digest.ofContent(new byte[] {1}), modelSize),
        Optional.empty(),
        1,
        0,
        50,
        coordinator.address(),
        Optional.empty(),
        List.of(TestKeys.key(2).address()),
        List.of(),
        List.of());
  }

  private static DataSchema schema() {
    return new DataSchema(
        List.of(new Column.Numeric("x"), new Column.BinaryLabel("y", 0)),
        Set.of("?"),
        true,
        new DataSchema.HeldOut.EveryNth(5));
  }

  private static FederationSpec spec(Optional<DataSchema> schema) {
    return new FederationSpec(
        "ward",
        Models.logistic(1),
        new InitialModel.Zeros(),
        3,
        0,
        FederationSpec.DEFAULT_READERS,
        new PlanTerms(
            new FedAvg(1),
            new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS),
            1_000,
            OptionalDouble.empty()),
        schema);
  }

  void submit(LedgerAction action) {
    Ledger office = world.as(coordinator);
    if (office.submit(action) instanceof Outcome.Refused refused) {
      throw new AssertionError(action + " was refused: " + refused);
    }
  }

  /** Runs all checks. */
  int check() {
    told.clear();
    return SetupChecks.run(environment(), (check, finding) -> told.add(new Told(check, finding)));
  }

  private ParticipantEnvironment environment() {
    ParticipantEnvironment.Chain chain =
        new ParticipantEnvironment.Chain() {
          @Override
          public LedgerReader ledger() {
            ledger.head();
            return ledger;
          }

          @Override
          public ContractCode.Finding code(RecordedEvent founding) {
            return code;
          }
        };
    return new ParticipantEnvironment(
        chain,
        world.chain().domain().contract(),
        nodes.stream().map(Ward::node).toList(),
        key,
        table,
        folder,
        InstantSource.fixed(now));
  }

  private static ParticipantEnvironment.Node node(String address) {
    return new ParticipantEnvironment.Node(
        address,
        domain ->
            new NodeClient(
                java.net.URI.create(address),
                domain,
                Optional.empty(),
                QUICK,
                InstantSource.system()));
  }

  CheckResult finding(Check check) {
    return told.stream().filter(t -> t.check() == check).findFirst().orElseThrow().finding();
  }

  List<Check> failed() {
    return told.stream()
        .filter(t -> t.finding() instanceof CheckResult.Failed)
        .map(Told::check)
        .toList();
  }

  List<Check> skipped() {
    return told.stream()
        .filter(t -> t.finding() instanceof CheckResult.Skipped)
        .map(Told::check)
        .toList();
  }

  @Override
  public void close() {
    node.close();
  }
}
