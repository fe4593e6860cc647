package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.Round;
import org.fedledger.rule.FedAvgM;
import org.fedledger.rule.Krum;
import org.fedledger.rule.Rule;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation.Result;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregatorTest {

  @TempDir Path folder;
  private SmallFederation federation;
  private FileBlobStore store;
  private Path work;
  private Aggregator aggregator;
  private final Set<UpdateCommitment> received = new HashSet<>();
  private final Set<UpdateCommitment> forgone = new HashSet<>();

  private final ReceiptBook receipts =
      new ReceiptBook() {
        @Override
        public boolean has(UpdateCommitment commitment) {
          return received.contains(commitment);
        }

        @Override
        public boolean forgo(Collection<UpdateCommitment> missing) {
          onForgo.run();
          boolean free = Collections.disjoint(received, missing);
          if (free) {
            forgone.addAll(missing);
          }
          return free;
        }
      };
  private Runnable onForgo = () -> {};

  @BeforeEach
  void found() throws IOException {
    found(List.of());
  }

  private void found(List<SigningKey> verifiers) throws IOException {
    found(new SmallFederation(others(), OptionalDouble.empty(), verifiers));
  }

  private void found(Rule rule) throws IOException {
    found(new SmallFederation(others(), rule));
  }

  private Path others() throws IOException {
    return Files.createTempDirectory(folder, "others");
  }

  private void found(SmallFederation founded) throws IOException {
    federation = founded;
    store = new FileBlobStore(Files.createTempDirectory(folder, "blobs"));
    work = Files.createTempDirectory(folder, "work");
    aggregator = aggregator(ResultProvider.PROTOCOL);
  }

  private Aggregator aggregator(ResultProvider results) {
    return aggregator(federation.aggregator, store, results);
  }

  private Aggregator aggregator(SigningKey key, FileBlobStore blobs, ResultProvider results) {
    return new Aggregator(federation.chain.as(key.address()), key, blobs, work, results, receipts);
  }

  @Test
  void waitsForTheSpec() throws IOException {
    assertThat(idle()).contains("spec").contains("upload");
  }

  @Test
  void makesVersionZeroFromTheSpec() throws IOException {
    put(SpecJson.write(federation.spec));
    assertThat(step()).isInstanceOf(Step.Did.class);
    Digest model = federation.state().head().model();
    assertThat(store.size(model)).hasValue(federation.state().head().modelSize());
    assertThat(work).isEmptyDirectory();
    assertThat(idle()).contains("no round");
  }

  /** The node may have been away when the round was opened, and whoever opened it be gone. */
  @Test
  void makesThePlanThatTheSpecGives() throws IOException {
    put(SpecJson.write(federation.spec));
    makeVersionZero();
    federation.openRound();
    assertThat(step()).isInstanceOf(Step.Did.class);
    assertThat(store.has(federation.round().opening().plan())).isTrue();
    assertThat(idle()).contains("commitments");
  }

  @Test
  void leavesCommitsToWhoeverClosesThem() throws IOException {
    openRound();
    commitAll();
    assertThat(idle()).contains("commitments");
  }

  @Test
  void publishesOnceAllUploadsAreHere() throws IOException {
    List<Path> updates = closedRound();
    put(updates.get(0));
    put(updates.get(1));
    assertThat(idle()).contains("2 of 3");
    put(updates.get(2));
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    FederationState state = federation.state();
    assertThat(state.head().version()).isEqualTo(1);
    assertThat(store.size(state.head().model())).hasValue(state.head().modelSize());
    assertThat(decision().acceptedIndexes()).containsExactly(0, 1, 2);
    assertThat(work).isEmptyDirectory();
  }

  /** Else a receipt that its node gives later would convict it, as after a reorganisation. */
  @Test
  void seesToItThatNoReceiptIsGivenForWhatItCallsMissing() throws IOException {
    List<Path> updates = closedRound();
    put(updates.get(0));
    put(updates.get(2));
    federation.passSeconds(
        federation.round().revealDeadline().orElseThrow()
            - federation.state().at().timestamp()
            + 1);
    // Comes, and gets its receipt, while the round is computed without it.
    onForgo =
        () -> {
          try {
            put(updates.get(1));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          received.add(commitment(1));
        };
    assertThat(idle()).contains("has come");
    assertThat(federation.state().head().version()).isZero();
    onForgo = () -> {};
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(decision().acceptedIndexes()).containsExactly(0, 1, 2);
  }

  @Test
  void callsUpdatesMissingAfterTheRevealDeadlineAndNotAtIt() throws IOException {
    List<Path> updates = closedRound();
    put(updates.get(0));
    put(updates.get(2));
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline - federation.state().at().timestamp());
    assertThat(idle()).contains("2 of 3");
    federation.passSeconds(1);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(decision().acceptedIndexes()).containsExactly(0, 2);
    assertThat(decision().rejections()).containsExactly(new Rejection(1, Reason.MISSING));
    assertThat(forgone).containsExactly(commitment(1));
  }

  @Test
  void callsNothingMissingThatHadComeAndThatItsOwnStoreLost() throws IOException {
    List<Path> updates = closedRound();
    for (Path update : updates) {
      put(update);
    }
    Path lost = store.file(Digest.ofContent(Files.readAllBytes(updates.get(1)))).orElseThrow();
    Files.write(lost, new byte[(int) Files.size(lost)]);
    assertThat(idle()).contains("had come, and is lost").contains("damaged");
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline + 1 - federation.state().at().timestamp());
    assertThat(idle()).contains("had come, and is lost");

    Files.delete(lost);
    received.add(commitment(1));
    assertThat(idle()).contains("had come, and is lost").contains("not in the store");
    received.clear();
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(decision().rejections()).containsExactly(new Rejection(1, Reason.MISSING));
  }

  /** Else whoever commits a file that every node has made each recompute in every block. */
  @Test
  void takesAFileOfAnotherSizeThanTheCommittedForNoUpload() throws IOException {
    openRound();
    List<Path> updates = new ArrayList<>();
    updates.add(federation.commit(federation.participants.get(0), 10, 0.1f));
    updates.add(federation.commit(federation.participants.get(1), 10, 0.2f));
    SigningKey strange = federation.participants.get(2);
    UpdateCommitment commitment =
        new UpdateCommitment(
            federation.round().id(),
            0,
            strange.address(),
            federation.state().created().spec(),
            Files.size(updates.getFirst()),
            1,
            0);
    federation.submit(
        strange,
        new LedgerAction.Commit(commitment, SmallFederation.DOMAIN.sign(commitment, strange)));
    federation.closeCommits();
    for (Path update : updates) {
      put(update);
    }
    assertThat(idle()).contains("2 of 3");
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline + 1 - federation.state().at().timestamp());
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(decision().rejections()).containsExactly(new Rejection(2, Reason.MISSING));
  }

  @Test
  void makesTheFilesOfAnothersPublicationThoughWhatItRejectsNeverCame() throws IOException {
    List<Path> updates = closedRound();
    for (Path update : updates.subList(0, 2)) {
      put(update);
      federation.store(update);
    }
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline + 1 - federation.state().at().timestamp());
    Path model = folder.resolve("model");
    federation.publish(model, federation.compute(model).decision());
    Digest published = federation.state().head().model();
    assertThat(step()).isInstanceOf(Step.Did.class);
    assertThat(store.size(published)).isPresent();
  }

  @Test
  void proposesToAbortWhenTooFewUpdatesAreAccepted() throws IOException {
    put(closedRound().getFirst());
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline + 1 - federation.state().at().timestamp());
    assertThat(((Step.Submitted) step()).what()).contains("abort").contains("quorum");
    assertThat(federation.round().decided().orElseThrow().proposesAbort()).isTrue();
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
    assertThat(idle()).contains("aborted");
  }

  @Test
  void proposesToAbortWhereTheRuleTakesMoreUpdatesThanTheQuorum() throws IOException {
    found(new Krum(0));
    List<Path> updates = closedRound();
    put(updates.get(0));
    put(updates.get(1));
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(deadline + 1 - federation.state().at().timestamp());
    assertThat(((Step.Submitted) step()).what()).contains("abort").contains("at least 3");
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.ABORTED);
  }

  @Test
  void publishesTheRulesState() throws IOException {
    found(new FedAvgM(1, 0.5));
    for (Path update : closedRound()) {
      put(update);
    }
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    ModelVersion head = federation.state().head();
    assertThat(head.version()).isEqualTo(1);
    assertThat(head.state()).isNotEqualTo(federation.state().created().state());
    assertThat(store.size(head.state())).hasValue(head.stateSize());
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void makesTheStateOfAnothersPublication() throws IOException {
    found(new FedAvgM(1, 0.5));
    for (Path update : closedRound()) {
      put(update);
      federation.store(update);
    }
    Path model = folder.resolve("model");
    federation.publish(model, federation.compute(model).decision());
    ModelVersion head = federation.state().head();
    assertThat(store.size(head.state())).isEmpty();
    assertThat(step()).isInstanceOf(Step.Did.class);
    assertThat(store.size(head.state())).hasValue(head.stateSize());
    assertThat(store.size(head.model())).hasValue(head.modelSize());
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void saysThatItCannotJudgeByARuleThatItDoesNotHave() throws IOException {
    String plan =
        new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8)
            .replace("\"name\":\"fedavg\"", "\"name\":\"fedprox\"");
    put(SpecJson.write(federation.spec));
    put(plan.getBytes(StandardCharsets.UTF_8));
    makeVersionZero();
    federation.openRoundBy(plan);
    List<Path> updates = commitAll();
    federation.closeCommits();
    for (Path update : updates) {
      put(update);
    }
    String why = idle();
    assertThat(why).startsWith("cannot judge: the round's plan: plan.terms.rule.name: ");
    assertThat(idle()).as("said again, and nothing published").isEqualTo(why);
  }

  @Test
  void computesNothingThatTheLedgerWouldNotTakeAnyMore() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    long deadline = federation.round().publicationDeadline().orElseThrow();
    federation.passSeconds(deadline - federation.state().at().timestamp() + 1);

    assertThat(step()).isEqualTo(new Step.Idle("round 1 takes no publication any more"));
  }

  @Test
  void leavesPublishingToAggregators() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    Aggregator stranger = aggregator(SmallFederation.key(90), store, ResultProvider.PROTOCOL);
    assertThat(((Step.Idle) stranger.step(federation.state())).why()).contains("another");
  }

  @Test
  void publishesOnceOnly() throws IOException {
    found(List.of(SmallFederation.key(11)));
    for (Path update : closedRound()) {
      put(update);
    }
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    federation.passSeconds(51);
    new Closer(federation.ledger()).step(federation.state());
    assertThat(idle()).contains("another aggregator");
  }

  @Test
  void makesTheFilesOfAnothersPublication() throws IOException {
    List<Path> updates = closedRound();
    for (Path update : updates) {
      put(update);
    }
    Path model = folder.resolve("model");
    for (Path update : updates) {
      federation.store(update);
    }
    federation.publish(model, federation.compute(model).decision());
    Digest published = federation.state().head().model();
    assertThat(store.size(published)).isEmpty();
    assertThat(step()).isInstanceOf(Step.Did.class);
    assertThat(store.size(published)).isPresent();
    assertThat(idle()).contains("nothing");
  }

  @Test
  void goesOnAfterARestartAtAnyStep() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    aggregator = aggregator(ResultProvider.PROTOCOL);
    step();
    aggregator = aggregator(ResultProvider.PROTOCOL);
    assertThat(idle()).contains("nothing");
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void takesAPublicationThatWasMinedUnseenForDone() throws IOException {
    found(List.of(SmallFederation.key(11)));
    for (Path update : closedRound()) {
      put(update);
    }
    FederationState before = federation.state();
    aggregator.step(before);
    assertThat(aggregator(ResultProvider.PROTOCOL).step(before))
        .isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void goesOnAfterTheLedgerWasAway() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    FederationState state = federation.state();
    federation.chain.setUnreachable(true);
    assertThatThrownBy(() -> aggregator.step(state)).isInstanceOf(LedgerUnreachableException.class);
    federation.chain.setUnreachable(false);
    assertThat(aggregator.step(state)).isInstanceOf(Step.Submitted.class);
  }

  @Test
  void doesNotRepeatAPublicationThatTheLedgerRefuses() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    Ledger other = federation.chain.as(SmallFederation.key(91).address());
    aggregator =
        aggregator(
            federation.aggregator,
            store,
            task -> {
              Result honest = ResultProvider.PROTOCOL.compute(task);
              Decision nobody =
                  Decision.of(
                      task.round().indexes(),
                      List.of(),
                      List.of(
                          new Rejection(0, Reason.NORM),
                          new Rejection(1, Reason.NORM),
                          new Rejection(2, Reason.NORM)));
              var a = (Result.Aggregated) honest;
              return new Result.Aggregated(
                  nobody, a.model(), a.modelSize(), a.state(), a.stateSize(), a.leftOut());
            });
    assertThat(step()).isInstanceOf(Step.Refused.class);
    assertThat(idle()).contains("refused");
    assertThat(other.head().number()).isEqualTo(federation.state().at().number());
  }

  /** Else a round comes to nothing for an account that was topped up a moment later. */
  @Test
  void publishesOnceItsAccountHasFunds() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    UnpaidLedger ledger = new UnpaidLedger(federation.chain.as(federation.aggregator.address()));
    aggregator =
        new Aggregator(
            ledger, federation.aggregator, store, work, ResultProvider.PROTOCOL, receipts);
    assertThat(step()).isInstanceOf(Step.Refused.class);
    ledger.paid = true;
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void publishesAgainWhatAReorgTookBack() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    step();
    assertThat(federation.state().head().version()).isEqualTo(1);
    federation.chain.reorganise(1);
    assertThat(federation.state().head().version()).isZero();
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void makesAnothersVersionAsSoonAsTheFileThatItLackedIsHere() throws IOException {
    put(SpecJson.write(federation.spec));
    step();
    byte[] plan = openRoundByAPlanOfItsOwn();
    for (Path update : federation.playOpenRound().values()) {
      put(update);
    }
    assertThat(idle()).contains("plan").contains("upload");
    put(plan);
    assertThat(step()).isInstanceOf(Step.Did.class);
    assertThat(store.size(federation.state().head().model())).isPresent();
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    put(SpecJson.write(federation.spec));
    openRoundByAPlanOfItsOwn();
    List<Path> updates = commitAll();
    federation.closeCommits();
    for (Path update : updates) {
      put(update);
    }
    step();
    assertThat(idle()).contains("plan").contains("upload");
  }

  /** One that nobody can make from the spec. */
  private byte[] openRoundByAPlanOfItsOwn() throws IOException {
    PlanTerms usual = federation.spec.plan();
    byte[] plan =
        SpecJson.write(
            new RoundPlan(
                federation.state().created().spec(),
                new PlanTerms(
                    usual.rule(), usual.training(), usual.weightCap(), OptionalDouble.of(1_000))));
    federation.openRoundBy(new String(plan, StandardCharsets.UTF_8));
    return plan;
  }

  @Test
  void publishesWhatTheGivenProviderSays() throws IOException {
    Digest[] honest = new Digest[1];
    aggregator =
        aggregator(
            task -> {
              var a = (Result.Aggregated) ResultProvider.PROTOCOL.compute(task);
              honest[0] = a.model();
              byte[] file = Files.readAllBytes(task.out().model());
              file[file.length - 4] ^= 1;
              Files.write(task.out().model(), file);
              return new Result.Aggregated(
                  a.decision(),
                  Digest.ofContent(file),
                  file.length,
                  a.state(),
                  a.stateSize(),
                  a.leftOut());
            });
    for (Path update : closedRound()) {
      put(update);
    }
    step();
    assertThat(federation.state().head().model()).isNotEqualTo(honest[0]);
    assertThat(store.size(federation.state().head().model())).isPresent();
  }

  @Test
  void signsItsPublication() throws IOException {
    for (Path update : closedRound()) {
      put(update);
    }
    LedgerAction.Publish publish = (LedgerAction.Publish) ((Step.Submitted) step()).action();
    assertThat(SmallFederation.DOMAIN.signer(publish.publication(), publish.signature()))
        .contains(federation.aggregator.address());
  }

  /** With the files that an aggregator needs before the first round. */
  private void openRound() throws IOException {
    put(SpecJson.write(federation.spec));
    put(SpecJson.write(federation.plan()));
    makeVersionZero();
    federation.openRound();
  }

  private void makeVersionZero() throws IOException {
    while (step() instanceof Step.Did) {
      // Its model, and the state that the rule begins with.
    }
  }

  private List<Path> commitAll() throws IOException {
    List<Path> updates = new ArrayList<>();
    for (int i = 0; i < federation.participants.size(); i++) {
      updates.add(federation.commit(federation.participants.get(i), 10 + i, 0.1f * (i + 1)));
    }
    return updates;
  }

  private List<Path> closedRound() throws IOException {
    openRound();
    List<Path> updates = commitAll();
    federation.closeCommits();
    return updates;
  }

  private UpdateCommitment commitment(int participant) {
    return federation
        .round()
        .commitments()
        .get(federation.participants.get(participant).address())
        .commitment();
  }

  private Decision decision() {
    return federation.round().decided().orElseThrow().record().decision();
  }

  private Step step() throws IOException {
    return aggregator.step(federation.state());
  }

  private String idle() throws IOException {
    Step step = step();
    assertThat(step).isInstanceOf(Step.Idle.class);
    return ((Step.Idle) step).why();
  }

  private void put(byte[] content) throws IOException {
    put(Files.write(Files.createTempFile(folder, "file", ""), content));
  }

  private void put(Path file) throws IOException {
    Digest digest = Digest.ofContent(Files.readAllBytes(file));
    LocalFiles.store(store, digest, file);
    assertThat(store.has(digest)).isTrue();
  }
}
