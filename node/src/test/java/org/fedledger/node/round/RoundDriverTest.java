package org.fedledger.node.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Options;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.rule.FedAvgM;
import org.fedledger.rule.Krum;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.store.FileBlobStore;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundDriverTest {

  @TempDir Path folder;

  private TestFederation federation;
  private FileBlobStore store;
  private RoundDriver driver;
  private Path work;

  @BeforeEach
  void start() throws IOException {
    begin(Options.usual());
  }

  private void begin(Options options) throws IOException {
    federation = new TestFederation(folder, options);
    store = new FileBlobStore(Files.createTempDirectory(folder, "blobs"));
    work = Files.createTempDirectory(folder, "work");
    driver = driver(federation.aggregator, Aggregation.PROTOCOL);
  }

  private RoundDriver driver(SigningKey key, Aggregation aggregation) {
    Federation seen =
        new Federation(
            federation.ledger, 0, Duration.ofMillis(20), store, InstantSource.system(), () -> {});
    seen.fresh();
    return new RoundDriver(federation.ledger, key, seen, new Versions(store, work), aggregation);
  }

  @Test
  void waitsForTheSpec() throws IOException {
    federation.openRound();
    federation.commitAll();
    assertThat(idle()).contains("spec");
    assertThat(federation.ledger.submitted()).isEmpty();
  }

  @Test
  void makesVersionZeroFromTheSpec() throws IOException {
    put(federation.specFile);
    step();
    Digest model = federation.ledger.state().head().model();
    assertThat(store.size(model)).hasValue(Files.size(federation.initialModel));
    assertThat(files(work)).isEmpty();
  }

  @Test
  void closesCommitsWhenAllHaveCommitted() throws IOException {
    openRound();
    federation.commit(0, 1);
    federation.commit(1, 1);
    assertThat(idle()).contains("2 of 3");
    federation.commit(2, 1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.PUBLISHING);
  }

  @Test
  void closesCommitsAfterTheDeadlineAndNotAtIt() throws IOException {
    Round round = openRound();
    federation.commit(0, 1);
    federation.ledger.passTo(round.opening().commitDeadline());
    assertThat(idle()).contains("1 of 3");
    federation.ledger.pass(1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
  }

  @Test
  void publishesTheAggregateOnceAllUploadsAreHere() throws IOException {
    List<Update> updates = closedRound();
    put(updates.get(0));
    put(updates.get(1));
    assertThat(idle()).contains("2 of 3");
    put(updates.get(2));
    assertThat(step()).isInstanceOf(Step.Done.class);
    var state = federation.ledger.state();
    assertThat(state.head().version()).isEqualTo(1);
    assertThat(store.size(state.head().model())).hasValue(state.head().modelSize());
    assertThat(
            state
                .round()
                .orElseThrow()
                .decided()
                .orElseThrow()
                .record()
                .decision()
                .acceptedIndexes())
        .containsExactly(0, 1, 2);
    assertThat(files(work)).isEmpty();
  }

  @Test
  void callsUpdatesMissingOnlyAfterTheRevealDeadline() throws IOException {
    List<Update> updates = closedRound();
    put(updates.get(0));
    put(updates.get(2));
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.ledger.passTo(deadline);
    assertThat(idle()).contains("2 of 3");
    federation.ledger.pass(1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    var decision = federation.round().decided().orElseThrow().record().decision();
    assertThat(decision.acceptedIndexes()).containsExactly(0, 2);
    assertThat(decision.rejections()).containsExactly(new Rejection(1, Reason.MISSING));
  }

  @Test
  void proposesToAbortWhenTooFewUpdatesAreAccepted() throws IOException {
    List<Update> updates = closedRound();
    put(updates.getFirst());
    federation.ledger.pass(TestFederation.WINDOW + 1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().decided().orElseThrow().proposesAbort()).isTrue();
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
  }

  @Test
  void abortsARoundThatNobodyPublished() throws IOException {
    closedRound();
    long deadline = federation.round().publicationDeadline().orElseThrow();
    federation.ledger.passTo(deadline + 1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.DEADLINE);
  }

  @Test
  void expiresAPublicationAndLeavesTheNextAttemptToAnother() throws IOException {
    begin(Options.usual().verifiers(3));
    List<Update> updates = closedRound();
    for (Update update : updates) {
      put(update);
    }
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(idle()).contains("nothing");
    federation.ledger.pass(TestFederation.WINDOW + 1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.PUBLISHING);
    assertThat(idle()).contains("another aggregator");

    RoundDriver other = driver(federation.otherAggregator, Aggregation.PROTOCOL);
    assertThat(other.step(federation.ledger.state())).isInstanceOf(Step.Done.class);
    assertThat(federation.round().candidates()).hasSize(2);
    assertThat(federation.round().candidates().get(1).record().publication().model())
        .isEqualTo(federation.round().candidates().get(0).record().publication().model());
  }

  @Test
  void leavesPublishingToAggregators() throws IOException {
    for (Update update : closedRound()) {
      put(update);
    }
    driver = driver(federation.auditor, Aggregation.PROTOCOL);
    assertThat(idle()).contains("another aggregator");
  }

  @Test
  void makesTheFilesOfAnothersPublication() throws IOException {
    for (Update update : closedRound()) {
      put(update);
    }
    FileBlobStore mine = store;
    store = copy();
    step(driver(federation.otherAggregator, Aggregation.PROTOCOL));
    Digest model = federation.ledger.state().head().model();
    assertThat(store.size(model)).isPresent();
    assertThat(mine.size(model)).isEmpty();
    store = mine;
    step();
    assertThat(mine.size(model)).isPresent();
  }

  @Test
  void publishesTheRulesStateAndFollowsAnothers() throws IOException {
    begin(Options.usual().rule(new FedAvgM(1, 0.5)));
    for (Update update : closedRound()) {
      put(update);
    }
    FileBlobStore mine = store;
    store = copy();
    step(driver(federation.otherAggregator, Aggregation.PROTOCOL));
    var head = federation.ledger.state().head();
    assertThat(head.version()).isEqualTo(1);
    assertThat(store.size(head.state())).hasValue(head.stateSize());
    assertThat(mine.size(head.state())).isEmpty();

    store = mine;
    step();

    assertThat(mine.size(head.state())).isPresent();
    assertThat(mine.size(head.model())).isPresent();
    assertThat(mine.size(federation.ledger.state().created().state())).isPresent();
    assertThat(files(work)).isEmpty();
  }

  @Test
  void proposesToAbortWhereTheRuleTakesMoreUpdatesThanTheQuorum() throws IOException {
    begin(Options.usual().rule(new Krum(0)));
    List<Update> updates = closedRound();
    put(updates.get(0));
    put(updates.get(1));
    federation.ledger.passTo(federation.round().revealDeadline().orElseThrow() + 1);
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.ABORTED);
  }

  @Test
  void saysThatItCannotJudgeByARuleThatItDoesNotHave() throws IOException {
    put(federation.specFile);
    String plan = new String(federation.planFile, StandardCharsets.UTF_8);
    byte[] other =
        plan.replace("\"name\":\"fedavg\"", "\"name\":\"fedprox\"")
            .getBytes(StandardCharsets.UTF_8);
    put(other);
    federation.openRoundBy(other);
    for (Update update : federation.commitAll()) {
      put(update);
    }
    step();
    String why = idle();
    assertThat(why).startsWith("cannot judge: the plan of round 1: plan.terms.rule.name: ");
    assertThat(idle()).isEqualTo(why);
  }

  @Test
  void goesOnAfterARestartAtAnyStep() throws IOException {
    openRound();
    for (Update update : federation.commitAll()) {
      put(update);
    }
    for (int i = 0; i < 3; i++) {
      driver = driver(federation.aggregator, Aggregation.PROTOCOL);
      step();
    }
    assertThat(federation.ledger.state().head().version()).isEqualTo(1);
    assertThat(federation.ledger.submitted()).hasSize(2);
  }

  @Test
  void takesAStepThatWasDoneAlreadyForDone() throws IOException {
    openRound();
    federation.commitAll();
    var before = federation.ledger.state();
    driver.step(before);
    assertThat(driver(federation.aggregator, Aggregation.PROTOCOL).step(before))
        .isInstanceOf(Step.AlreadyDone.class);
    assertThat(driver.step(before))
        .as("an older state does not show what was done")
        .isInstanceOf(Step.Idle.class);
  }

  @Test
  void takesAPublicationThatWasMinedUnseenForDone() throws IOException {
    begin(Options.usual().verifiers(1));
    for (Update update : closedRound()) {
      put(update);
    }
    var before = federation.ledger.state();
    driver.step(before);
    assertThat(driver(federation.aggregator, Aggregation.PROTOCOL).step(before))
        .isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void goesOnAfterTheLedgerWasAway() throws IOException {
    openRound();
    federation.commitAll();
    var state = federation.ledger.state();
    assertThat(step()).isInstanceOf(Step.Done.class);
    RoundDriver restarted = driver(federation.aggregator, Aggregation.PROTOCOL);
    federation.ledger.down(true);
    assertThatThrownBy(() -> restarted.step(state)).isInstanceOf(LedgerUnreachableException.class);
    federation.ledger.down(false);
    assertThat(restarted.step(state)).isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void doesNotRepeatAPublicationThatTheLedgerRefuses() throws IOException {
    for (Update update : closedRound()) {
      put(update);
    }
    federation.ledger.refuse(Optional.of(new Outcome.Refused("WrongWordCount", List.of("2", "1"))));
    assertThat(step()).isInstanceOf(Step.Refused.class);
    federation.ledger.refuse(Optional.empty());
    federation.ledger.pass(1);
    assertThat(step()).isInstanceOf(Step.Idle.class);
    assertThat(federation.ledger.submitted()).hasSize(1);
  }

  @Test
  void publishesAgainWhatAReorgTookBack() throws IOException {
    for (Update update : closedRound()) {
      put(update);
    }
    step();
    assertThat(federation.ledger.state().head().version()).isEqualTo(1);
    federation.ledger.reorganise(1);
    assertThat(federation.ledger.state().head().version()).isZero();
    assertThat(step()).isInstanceOf(Step.Done.class);
    assertThat(federation.ledger.state().head().version()).isEqualTo(1);
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    put(federation.specFile);
    federation.openRound();
    List<Update> updates = federation.commitAll();
    federation.closeCommits();
    for (Update update : updates) {
      put(update);
    }
    assertThat(idle()).contains("plan").contains("upload");
  }

  @Test
  void publishesWhatTheGivenComputationSays() throws IOException {
    Digest[] honest = new Digest[1];
    driver =
        driver(
            federation.aggregator,
            task -> {
              var result = Aggregation.PROTOCOL.compute(task);
              var aggregated = (Result.Aggregated) result;
              honest[0] = aggregated.model();
              byte[] file = Files.readAllBytes(task.out().model());
              file[file.length - 4] ^= 1;
              Files.write(task.out().model(), file);
              return new Result.Aggregated(
                  aggregated.decision(),
                  Digest.ofContent(file),
                  file.length,
                  aggregated.state(),
                  aggregated.stateSize(),
                  aggregated.leftOut());
            });
    for (Update update : closedRound()) {
      put(update);
    }
    step();
    assertThat(federation.ledger.state().head().model()).isNotEqualTo(honest[0]);
    assertThat(store.size(federation.ledger.state().head().model())).isPresent();
  }

  @Test
  void signsItsPublication() throws IOException {
    for (Update update : closedRound()) {
      put(update);
    }
    step();
    LedgerAction.Publish publish = (LedgerAction.Publish) federation.ledger.submitted().getLast();
    assertThat(federation.domain.signer(publish.publication(), publish.signature()))
        .contains(federation.aggregator.address());
  }

  @Test
  void hasNothingToDoBetweenRounds() throws IOException {
    put(federation.specFile);
    assertThat(idle()).contains("no round");
    Round round = openRound();
    federation.ledger.doAs(
        federation.coordinator, new LedgerAction.AbortRound(round.id(), AbortReason.COORDINATOR));
    assertThat(idle()).contains("aborted");
  }

  private Round openRound() throws IOException {
    put(federation.specFile);
    put(federation.planFile);
    return federation.openRound();
  }

  private List<Update> closedRound() throws IOException {
    openRound();
    List<Update> updates = federation.commitAll();
    federation.closeCommits();
    return updates;
  }

  private Step step() throws IOException {
    return step(driver);
  }

  private Step step(RoundDriver any) throws IOException {
    return any.step(federation.ledger.state());
  }

  private String idle() throws IOException {
    Step step = step();
    assertThat(step).isInstanceOf(Step.Idle.class);
    return ((Step.Idle) step).why();
  }

  private void put(byte[] file) throws IOException {
    Path at = Files.write(Files.createTempFile(folder, "file", ""), file);
    store.store(Digest.ofContent(file), at);
  }

  private void put(Update update) throws IOException {
    store.store(update.digest(), update.file());
  }

  private FileBlobStore copy() throws IOException {
    FileBlobStore copy = new FileBlobStore(Files.createTempDirectory(folder, "blobs"));
    for (byte[] file : List.of(federation.specFile, federation.planFile)) {
      copy.store(
          Digest.ofContent(file), Files.write(Files.createTempFile(folder, "file", ""), file));
    }
    for (var committed : federation.round().commitments().values()) {
      Digest digest = committed.commitment().digest();
      copy.store(digest, ((Fetched.Found) store.fetch(digest)).file());
    }
    copy.store(Blobs.id(federation.initialModel).digest(), federation.initialModel);
    return copy;
  }

  private static List<Path> files(Path dir) throws IOException {
    try (var listed = Files.list(dir)) {
      return listed.toList();
    }
  }
}
