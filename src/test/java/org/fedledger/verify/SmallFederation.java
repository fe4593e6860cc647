package org.fedledger.verify;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.memory.InMemoryChain;
import org.fedledger.rule.BaseFiles;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.Rule;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Draw;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.Publication;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModel;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.spec.PlanTerm;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;

/** Three participants, one aggregator, a ledger in memory and files on disk. */
public final class SmallFederation {

  public static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));
  private static final FederationId ID = FederationId.of("0x" + "0f".repeat(32));

  /** How long a recovery or a claim waits for a veto. */
  public static final long RECOVERY_SECONDS = 1_000;

  public final SigningKey coordinator = key(1);
  public final SigningKey successor = key(6);
  public final SigningKey aggregator = key(2);
  public final List<SigningKey> participants = List.of(key(3), key(4), key(5));
  public final FederationSpec spec;
  public final FileBlobStore store;
  public final InMemoryChain chain;

  private final Path folder;
  private long time = 1_000;

  public SmallFederation(Path folder) throws IOException {
    this(folder, OptionalDouble.empty());
  }

  public SmallFederation(Path folder, OptionalDouble normBound) throws IOException {
    this(folder, normBound, List.of());
  }

  /** With verifiers, more than half of whom must attest. */
  public SmallFederation(Path folder, OptionalDouble normBound, List<SigningKey> verifiers)
      throws IOException {
    this(
        folder,
        terms(normBound, new FedAvg(1)),
        Set.of(),
        verifiers,
        Optional.empty(),
        Optional.empty());
  }

  /** Aggregated by another rule. */
  public SmallFederation(Path folder, Rule rule) throws IOException {
    this(folder, terms(OptionalDouble.empty(), rule));
  }

  public SmallFederation(Path folder, PlanTerms terms) throws IOException {
    this(folder, terms, Set.of());
  }

  /** Whose plans may ask for more than those terms in some of them. */
  public SmallFederation(Path folder, PlanTerms terms, Set<PlanTerm> planMayChange)
      throws IOException {
    this(folder, terms, planMayChange, List.of(), Optional.empty(), Optional.empty());
  }

  /** With a version 0 that somebody supplied, whatever it is. */
  public static SmallFederation supplied(Path folder, byte[] version0) throws IOException {
    return new SmallFederation(
        folder,
        terms(OptionalDouble.empty(), new FedAvg(1)),
        Set.of(),
        List.of(),
        Optional.of(version0),
        Optional.empty());
  }

  /** Founded with another state than the rule begins with. */
  SmallFederation(Path folder, Rule rule, Optional<BlobId> otherState) throws IOException {
    this(
        folder,
        terms(OptionalDouble.empty(), rule),
        Set.of(),
        List.of(),
        Optional.empty(),
        otherState);
  }

  /** With verifiers, aggregated by another rule. */
  public SmallFederation(Path folder, List<SigningKey> verifiers, Rule rule) throws IOException {
    this(
        folder,
        terms(OptionalDouble.empty(), rule),
        Set.of(),
        verifiers,
        Optional.empty(),
        Optional.empty());
  }

  private SmallFederation(
      Path folder,
      PlanTerms terms,
      Set<PlanTerm> planMayChange,
      List<SigningKey> verifiers,
      Optional<byte[]> supplied,
      Optional<BlobId> otherState)
      throws IOException {
    this.folder = folder;
    this.store = new FileBlobStore(folder.resolve("blobs"));
    this.spec = spec(terms, planMayChange, supplied.isPresent());
    Path version0 = folder.resolve("version-0");
    BlobId model =
        supplied.isPresent()
            ? Blobs.id(Files.write(version0, supplied.get()))
            : InitialModels.write(spec, ID, version0);
    LocalFiles.store(store, model.digest(), version0);
    Path state0 = folder.resolve("state-0");
    Optional<BlobId> state = InitialModels.writeState(spec, ID, state0);
    if (state.isPresent()) {
      LocalFiles.store(store, state.get().digest(), state0);
    }
    Digest specDigest = put(SpecJson.write(spec));
    put(SpecJson.write(plan()));
    this.chain =
        InMemoryChain.found(
            new FederationSetup(
                ID,
                specDigest,
                model,
                otherState.or(() -> state),
                2,
                verifiers.isEmpty() ? 0 : verifiers.size() / 2 + 1,
                RECOVERY_SECONDS,
                coordinator.address(),
                Optional.of(successor.address()),
                List.of(aggregator.address()),
                verifiers.stream().map(SigningKey::address).toList(),
                List.of()),
            DOMAIN,
            () -> time);
    for (SigningKey participant : participants) {
      submit(coordinator, new LedgerAction.Admit(participant.address(), -1L));
    }
  }

  private static PlanTerms terms(OptionalDouble normBound, Rule rule) {
    return new PlanTerms(rule, new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS), 1_000, normBound);
  }

  private static FederationSpec spec(
      PlanTerms terms, Set<PlanTerm> planMayChange, boolean supplied) {
    return new FederationSpec(
        "small",
        new Architecture(
            List.of(new Layer.Dense(2, 1, Activation.SIGMOID)), Loss.BINARY_CROSS_ENTROPY),
        supplied
            ? new InitialModel.Supplied()
            : new InitialModel.GlorotUniform(Digest.ofContent(new byte[] {1})),
        3,
        0,
        FederationSpec.DEFAULT_READERS,
        terms,
        planMayChange,
        OptionalInt.empty(),
        Optional.empty());
  }

  public static SigningKey key(int number) {
    byte[] secret = new byte[32];
    secret[31] = (byte) number;
    return SigningKey.fromSecret(secret);
  }

  public RoundPlan plan() {
    return new RoundPlan(Digest.ofContent(SpecJson.write(spec)), spec.plan());
  }

  public FederationState state() {
    try (LedgerFollower follower = new LedgerFollower(ledger(), 0)) {
      return follower.refresh();
    }
  }

  public Ledger ledger() {
    return chain.as(aggregator.address());
  }

  public Round round() {
    return state().round().orElseThrow();
  }

  public void passSeconds(long seconds) {
    time += seconds;
    chain.mine();
  }

  public Outcome.Mined submit(SigningKey account, LedgerAction action) {
    Outcome outcome = chain.as(account.address()).submit(action);
    if (outcome instanceof Outcome.Mined mined) {
      return mined;
    }
    throw new AssertionError(action + " was refused: " + outcome);
  }

  public void openRound() {
    byte[] plan = SpecJson.write(plan());
    openRound(Digest.ofContent(plan), plan.length, 1_000);
  }

  /** Opens a round by another plan, whose file is in the store. */
  public void openRoundBy(String plan) throws IOException {
    byte[] file = plan.getBytes(StandardCharsets.UTF_8);
    put(file);
    openRound(Digest.ofContent(file), file.length, 1_000);
  }

  /** Opens a round by any plan, which need not be in the store. */
  public void openRound(Digest plan, long planSize, long weightCap) {
    open(opening(plan, planSize, weightCap));
  }

  public void open(RoundOpening opening) {
    submit(coordinator, new LedgerAction.OpenRound(opening));
  }

  /** For every member, in one stage, with three attempts, on the last final version. */
  public RoundOpening opening(Digest plan, long planSize, long weightCap) {
    FederationState state = state();
    return new RoundOpening(
        plan,
        planSize,
        state.head().version(),
        state.head().model(),
        state.head().state(),
        time + 100,
        BigInteger.ZERO,
        50,
        50,
        50,
        3,
        Draw.EVERYBODY,
        Math.toIntExact(
            state.participants().values().stream()
                .filter(p -> p.tenure().covers(state.nextRound()))
                .count()),
        weightCap);
  }

  /** A change of governance, signed by those verifiers, of whom there may be none. */
  public void govern(
      GovernanceKind kind, Address account, BigInteger value, List<SigningKey> signing) {
    GovernanceChange change =
        new GovernanceChange(ID, kind.code(), account, value, state().governanceNonce());
    submit(
        coordinator,
        new LedgerAction.Govern(
            kind,
            account,
            value,
            signing.stream()
                .sorted(Comparator.comparing(SigningKey::address))
                .map(key -> DOMAIN.sign(change, key))
                .toList()));
  }

  /** A participant's change of its key, signed by the present one. */
  public void rotateKey(SigningKey participant, SigningKey present, SigningKey next) {
    KeyRotation rotation =
        new KeyRotation(
            participant.address(),
            next.address(),
            state().participants().get(participant.address()).keyChanges());
    submit(participant, new LedgerAction.RotateKey(rotation, DOMAIN.sign(rotation, present)));
  }

  /**
   * Writes and commits an update; does not store it.
   *
   * @param elements which each of its tensors repeats
   */
  public Path commit(SigningKey participant, long weight, float... elements) throws IOException {
    return commit(participant, participant, weight, elements);
  }

  /** The same with another key than the one that the participant was admitted with. */
  public Path commit(SigningKey participant, SigningKey key, long weight, float... elements)
      throws IOException {
    Round round = round();
    Path file = folder.resolve("update-" + round.number() + "-" + participant.address());
    UpdateMetadata metadata =
        new UpdateMetadata(
            ID,
            round.id(),
            round.opening().baseModel(),
            participant.address(),
            new Nonce("0x" + "07".repeat(16)));
    List<TensorSpec> schema = spec.architecture().schema();
    BlobId id;
    try (SafetensorsWriter out =
        SafetensorsWriter.create(file, new SafetensorsHeader(metadata.toMap(), schema))) {
      for (TensorSpec tensor : schema) {
        float[] values = new float[(int) tensor.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = elements[i % elements.length];
        }
        out.floats(values, values.length);
      }
      id = out.commit();
    }
    UpdateCommitment commitment =
        new UpdateCommitment(
            round.id(), round.stage(), participant.address(), id.digest(), id.size(), weight, 0);
    submit(participant, new LedgerAction.Commit(commitment, DOMAIN.sign(commitment, key)));
    return file;
  }

  public void closeCommits() {
    submit(aggregator, new LedgerAction.CloseCommits(round().id()));
  }

  public void store(Path file) throws IOException {
    LocalFiles.store(store, Blobs.id(file).digest(), file);
  }

  /** Puts a document into the store. */
  public Digest put(byte[] content) throws IOException {
    Path file = folder.resolve("document");
    Files.write(file, content);
    Digest digest = Digest.ofContent(content);
    LocalFiles.store(store, digest, file);
    return digest;
  }

  /** What the round comes to, from the files in the store; a state is written beside the model. */
  public RoundComputation.Result compute(Path out) throws IOException {
    Round round = round();
    return new RoundComputation(ID, spec, plan(), round, 2)
        .compute(
            base(), c -> store.file(c.digest()), new RuleApplication.Target(out, stateBeside(out)));
  }

  /** The files that the round builds on. */
  public BaseFiles base() {
    Round round = round();
    Digest state = round.opening().baseState();
    return new BaseFiles(
        stored(round.opening().baseModel()),
        state.isZero() ? Optional.empty() : Optional.of(stored(state)));
  }

  /** Where the store keeps a blob that is there. */
  public Path stored(Digest digest) {
    return store.file(digest).orElseThrow();
  }

  /** Where the state of a model in that file is. */
  public static Path stateBeside(Path model) {
    return model.resolveSibling(model.getFileName() + ".state");
  }

  /** Publishes a model file, honest or not. */
  public void publish(Path model, Decision decision) throws IOException {
    BlobId id = Blobs.id(model);
    store(model);
    if (!Files.exists(stateBeside(model))) {
      publish(id.digest(), id.size(), decision);
      return;
    }
    store(stateBeside(model));
    publish(id, Blobs.id(stateBeside(model)), decision);
  }

  public void publish(Digest model, long size, Decision decision) {
    publish(new BlobId(model, size), new BlobId(Digest.NONE, 0), decision);
  }

  public void publish(BlobId model, BlobId state, Decision decision) {
    Publication publication =
        new Publication(
            round().id(),
            round().nextAttempt(),
            model.digest(),
            model.size(),
            state.digest(),
            state.size(),
            decision.digest());
    submit(
        aggregator,
        new LedgerAction.Publish(publication, decision, DOMAIN.sign(publication, aggregator)));
  }

  /** Attests to the pending publication, honestly or not. */
  public void attest(SigningKey verifier, Digest model, boolean matches) {
    PublicationId id = round().pending().orElseThrow().record().publicationId();
    attest(
        verifier,
        matches
            ? Attestation.match(id, model, Digest.NONE)
            : Attestation.differ(id, model, Digest.NONE));
  }

  public void attest(SigningKey verifier, Attestation attestation) {
    submit(
        verifier,
        new LedgerAction.Attest(
            attestation, verifier.address(), DOMAIN.sign(attestation, verifier)));
  }

  /** A whole honest round in which every participant's update has its own weight and value. */
  public Map<SigningKey, Path> playRound() throws IOException {
    openRound();
    return playOpenRound();
  }

  /** The rest of such a round. */
  public Map<SigningKey, Path> playOpenRound() throws IOException {
    Map<SigningKey, Path> updates = new HashMap<>();
    for (int i = 0; i < participants.size(); i++) {
      updates.put(participants.get(i), commit(participants.get(i), 10 * (i + 1), 0.1f * (i + 1)));
    }
    closeCommits();
    for (Path update : updates.values()) {
      store(update);
    }
    Path out = folder.resolve("model-" + round().number());
    var result = (RoundComputation.Result.Aggregated) compute(out);
    publish(out, result.decision());
    return updates;
  }
}
