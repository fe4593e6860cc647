package org.fedledger.client.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.node.FakeNode;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.RetryPolicy;
import org.fedledger.client.training.Models;
import org.fedledger.client.training.dl4j.Dl4jTrainer;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.ForwardingLedger;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.role.ParticipantEvent;
import org.fedledger.role.ParticipantEvent.Committed;
import org.fedledger.role.ParticipantEvent.Committing;
import org.fedledger.role.ParticipantEvent.Evaluated;
import org.fedledger.role.ParticipantEvent.NotMeasurable;
import org.fedledger.role.ParticipantEvent.Pulled;
import org.fedledger.role.ParticipantEvent.Recorded;
import org.fedledger.role.ParticipantEvent.SatOut;
import org.fedledger.role.ParticipantEvent.Trained;
import org.fedledger.role.ParticipantEvent.Uploaded;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.training.Evaluator;
import org.fedledger.training.Metrics;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;
import org.fedledger.training.UnfitDataException;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParticipantRunnerTest {

  private static final Randomness RANDOMNESS = new Randomness(Digest.ofContent(new byte[] {3}));
  private static final Trainer TRAINER =
      new Dl4jTrainer(LocalData.of(Models.examples(12, 2, 1), Models.examples(5, 2, 1)));

  @TempDir Path folder;

  /** As if the process were gone. */
  private static final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A federation in which everybody else acts as soon as the participant has. */
  private final class World implements ParticipantWatcher, AutoCloseable {
    final SmallFederation federation;
    final FakeNode node;
    final SigningKey self;
    final Path work;
    final List<ParticipantEvent> events = new ArrayList<>();
    final List<String> troubles = new CopyOnWriteArrayList<>();
    final Map<SigningKey, Path> others = new HashMap<>();
    Consumer<ParticipantEvent> fault = _ -> {};
    Trainer trainer = TRAINER;
    int keptUpdates = ParticipantSetup.KEPT_UPDATES;

    World(String name, OptionalDouble normBound) throws IOException {
      Path root = Files.createDirectories(folder.resolve(name));
      federation = new SmallFederation(root, normBound);
      node = new FakeNode(federation.ledger(), federation.store, federation.aggregator);
      self = federation.participants.getFirst();
      work = root.resolve("work");
    }

    World(String name) throws IOException {
      this(name, OptionalDouble.empty());
    }

    void openRound() throws IOException {
      federation.openRound();
      for (SigningKey other : federation.participants) {
        if (other != self) {
          others.put(other, federation.commit(other, 5, 0.25f));
        }
      }
    }

    Ledger ledger() {
      return federation.chain.as(self.address());
    }

    void run(long version) throws Exception {
      run(ledger(), version);
    }

    void run(Ledger ledger, long version) throws Exception {
      RetryPolicy quick =
          new RetryPolicy(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofMillis(1));
      try (NodeClient client =
              new NodeClient(
                  node.address(),
                  SmallFederation.DOMAIN,
                  Optional.empty(),
                  quick,
                  InstantSource.system());
          ParticipantRunner participant =
              new ParticipantRunner(
                  new ParticipantSetup(
                      ledger,
                      self.address(),
                      self,
                      List.of(client),
                      trainer,
                      work,
                      keptUpdates,
                      Optional.of(RANDOMNESS)),
                  this)) {
        participant.runUntilVersion(version);
      }
    }

    @Override
    public void failed(Exception why, Duration pause) {
      troubles.add(why.getMessage());
      federation.chain.setUnreachable(false);
    }

    @Override
    public void waiting(String why) {
      troubles.add(why);
    }

    @Override
    public void happened(ParticipantEvent event) {
      events.add(event);
      try {
        react();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      fault.accept(event);
    }

    /** What the aggregator does, from what stands on the ledger. */
    private void react() throws IOException {
      Optional<Round> round = federation.state().openRound();
      if (round.isEmpty()) {
        return;
      }
      if (round.get().phase() == Round.Phase.COMMITTING && round.get().complete()) {
        federation.closeCommits();
        for (Path update : others.values()) {
          federation.store(update);
        }
      } else if (round.get().phase() == Round.Phase.PUBLISHING
          && federation.store.size(committed().digest()).isPresent()) {
        Path out = work.resolve("published");
        var result = (RoundComputation.Result.Aggregated) federation.compute(out);
        federation.publish(out, result.decision());
      }
    }

    UpdateCommitment committed() {
      return federation.round().commitments().get(self.address()).commitment();
    }

    <E extends ParticipantEvent> List<E> events(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
      node.close();
    }
  }

  private UpdateCommitment undisturbed(String name) throws Exception {
    try (World world = new World(name)) {
      world.openRound();
      world.run(1);
      return world.committed();
    }
  }

  @Test
  void shouldGoThroughARoundStepByStepAndEvaluateEveryVersion() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.run(1);
      assertThat(world.events)
          .extracting(e -> e.getClass().getSimpleName())
          .containsExactly(
              "Evaluated",
              "Pulled",
              "Trained",
              "Recorded",
              "Committing",
              "Committed",
              "Uploaded",
              "Evaluated");
      assertThat(world.committed().weight()).isEqualTo(12);
      assertThat(world.federation.state().head().version()).isEqualTo(1);
      var receipt = world.events(Uploaded.class).getFirst().receipt();
      assertThat(receipt.isSignedFor(SmallFederation.DOMAIN)).isTrue();
      assertThat(receipt.node()).isEqualTo(world.federation.aggregator.address());
      for (long version = 0; version <= 1; version++) {
        Metrics told = world.events(Evaluated.class).get((int) version).metrics();
        byte[] posted =
            org.fedledger.json.CanonicalJson.write(
                world.node.evaluations(version).get(world.self.address()).get("metrics"));
        assertThat(Metrics.ofJson(posted)).isEqualTo(told);
      }
    }
  }

  @Test
  void shouldGoOnRoundAfterRound() throws Exception {
    try (World world = new World("a")) {
      world.keptUpdates = 2;
      world.openRound();
      world.fault =
          event -> {
            if (event instanceof Evaluated e && e.version() > 0 && e.version() < 3) {
              try {
                world.openRound();
              } catch (IOException failed) {
                throw new UncheckedIOException(failed);
              }
            }
          };
      world.run(3);
      assertThat(world.events(Committed.class)).hasSize(3);
      assertThat(world.events(Evaluated.class))
          .extracting(Evaluated::version)
          .containsExactly(0L, 1L, 2L, 3L);
      assertThat(Files.list(world.work.resolve("blobs")))
          .as("files of past rounds are not kept")
          .hasSizeLessThanOrEqualTo(4);
      List<Path> rounds;
      try (Stream<Path> folders = Files.list(world.work.resolve("rounds"))) {
        rounds = folders.toList();
      }
      assertThat(rounds).hasSize(3);
      assertThat(rounds.stream().filter(r -> Files.exists(r.resolve("update.safetensors"))))
          .as("its own updates of the last two rounds are")
          .hasSize(2)
          .contains(world.work.resolve("rounds").resolve(world.federation.round().id().hex()));
      for (Path round : rounds) {
        assertThat(new RoundFolder(round).receipts()).as("receipts are kept for ever").hasSize(1);
        assertThat(new RoundFolder(round).signed()).isPresent();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Pulled.class,
        Trained.class,
        Recorded.class,
        Committing.class,
        Committed.class,
        Uploaded.class,
        Evaluated.class
      })
  void shouldComeToTheSameDigestsWhenKilledAfterAnyStep(Class<? extends ParticipantEvent> step)
      throws Exception {
    UpdateCommitment expected = undisturbed("undisturbed");
    try (World world = new World("killed")) {
      world.openRound();
      AtomicBoolean killed = new AtomicBoolean();
      world.fault =
          event -> {
            if (step.isInstance(event) && killed.compareAndSet(false, true)) {
              throw new KilledError();
            }
          };
      assertThatThrownBy(() -> world.run(1)).isInstanceOf(KilledError.class);
      world.run(1);
      assertThat(world.committed()).isEqualTo(expected);
      assertThat(world.federation.state().head().version()).isEqualTo(1);
      assertThat(world.node.evaluations(1)).containsKey(world.self.address());
    }
  }

  @Test
  void shouldComeToTheSameDigestsWhenKilledAfterEveryStepInTurn() throws Exception {
    UpdateCommitment expected = undisturbed("undisturbed");
    try (World world = new World("killed")) {
      world.openRound();
      List<Class<?>> killedAfter = new ArrayList<>();
      world.fault =
          event -> {
            if (!killedAfter.contains(event.getClass())) {
              killedAfter.add(event.getClass());
              throw new KilledError();
            }
          };
      while (world.federation.state().head().version() < 1 || killedAfter.size() < 7) {
        try {
          world.run(1);
        } catch (KilledError e) {
          continue;
        }
      }
      assertThat(killedAfter).hasSize(7);
      assertThat(world.committed()).isEqualTo(expected);
    }
  }

  @Test
  void shouldTakeItsOwnCommitmentForSuccessWhenKilledBeforeItLearntOfIt() throws Exception {
    UpdateCommitment expected = undisturbed("undisturbed");
    try (World world = new World("killed")) {
      world.openRound();
      assertThatThrownBy(() -> world.run(new ForgetfulLedger(world.ledger()), 1))
          .isInstanceOf(KilledError.class);
      assertThat(world.events(Committed.class)).isEmpty();
      world.federation.closeCommits();
      world.others.values().forEach(u -> store(world, u));
      world.run(1);
      assertThat(world.committed()).isEqualTo(expected);
    }
  }

  @Test
  void shouldTakeAlreadyCommittedWithTheSameDigestForSuccess() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.fault =
          event -> {
            if (event instanceof Committing c) {
              world.federation.submit(
                  world.federation.coordinator,
                  new LedgerAction.Commit(c.signed().commitment(), c.signed().signature()));
            }
          };
      world.run(1);
      assertThat(world.events(Committed.class).getFirst().mined()).isEmpty();
      assertThat(world.federation.state().head().version()).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeItsCommitmentForSuccessWhenTheRoundClosedMeanwhile() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.fault =
          event -> {
            if (event instanceof Committing c) {
              world.federation.submit(
                  world.federation.coordinator,
                  new LedgerAction.Commit(c.signed().commitment(), c.signed().signature()));
              world.federation.closeCommits();
              world.others.values().forEach(update -> store(world, update));
            }
          };
      world.run(1);
      assertThat(world.events(SatOut.class)).isEmpty();
      assertThat(world.federation.state().head().version()).isEqualTo(1);
    }
  }

  @Test
  void shouldSitOutWhenTheLedgerHasAnotherUpdateOfItself() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.fault =
          event -> {
            if (event instanceof Committing) {
              try {
                world.federation.commit(world.self, 3, 0.5f);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
            stopAtSatOut(event);
          };
      assertSitsOut(world, "an update of this round that was not made here");
    }
  }

  @Test
  void shouldNeverSignASecondUpdateForARound() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.fault =
          event -> {
            if (event instanceof Recorded) {
              throw new KilledError();
            }
            stopAtSatOut(event);
          };
      assertThatThrownBy(() -> world.run(1)).isInstanceOf(KilledError.class);
      RoundFolder round;
      try (WorkFolder work = WorkFolder.open(world.work)) {
        round = work.current().orElseThrow();
        Files.delete(round.updateFile());
      }
      assertSitsOut(world, "another may not be made");
      Files.write(round.updateFile(), new byte[] {1});
      assertSitsOut(world, "is committed to, but the update on disk is");
      assertThat(round.signed()).isEmpty();
      assertThat(world.federation.round().commitments()).doesNotContainKey(world.self.address());
    }
  }

  @Test
  void shouldNotCommitWhatTheGatesWouldReject() throws Exception {
    try (World world = new World("a", OptionalDouble.of(1e-6))) {
      world.openRound();
      world.fault = ParticipantRunnerTest::stopAtSatOut;
      assertSitsOut(world, "the update would be rejected for NORM: the norm is");
      assertThat(world.events(Committing.class)).isEmpty();
    }
  }

  @Test
  void shouldSitOutARoundWhoseDeadlineHasPassed() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.federation.passSeconds(101);
      world.fault = ParticipantRunnerTest::stopAtSatOut;
      assertSitsOut(world, "the deadline for commitments has passed");
    }
  }

  @Test
  void shouldSayWhenTheLedgerKnowsAnotherSigningKey() throws Exception {
    try (World world = new World("a")) {
      world.federation.rotateKey(world.self, world.self, world.federation.coordinator);
      world.openRound();
      world.fault = ParticipantRunnerTest::stopAtSatOut;
      assertThatThrownBy(() -> world.run(1)).isInstanceOf(KilledError.class);
      assertThat(world.events(SatOut.class).getFirst().why())
          .contains("as this participant's signing key, not " + world.self.address());
    }
  }

  @Test
  void shouldWaitForALedgerAndANodeThatAreAway() throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.node.failNext(2);
      AtomicBoolean away = new AtomicBoolean();
      world.fault =
          event -> {
            if (event instanceof Committing && away.compareAndSet(false, true)) {
              world.federation.chain.setUnreachable(true);
            }
          };
      world.run(1);
      assertThat(world.troubles)
          .anyMatch(why -> why.contains("told to be away"))
          .anyMatch(why -> why.contains("try again"));
      assertThat(world.committed()).isEqualTo(undisturbed("undisturbed"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void shouldEndWhereItsDataDoNotFitTheModel(int heldOut) throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.trainer =
          new Dl4jTrainer(LocalData.of(Models.examples(12, 3, 1), Models.examples(heldOut, 3, 1)));
      assertThatThrownBy(() -> world.run(1))
          .isInstanceOf(UnfitDataException.class)
          .hasMessageContaining("the architecture takes 2 features");
      WorkFolder.open(world.work).close();
      world.trainer = TRAINER;
      world.run(1);
      assertThat(world.committed()).isEqualTo(undisturbed("undisturbed"));
    }
  }

  /** The second one is a number that no document holds. */
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 1e17})
  void shouldTakePartThoughAVersionCannotBeMeasured(double loss) throws Exception {
    try (World world = new World("a")) {
      world.openRound();
      world.trainer = new OverflowingTrainer(loss);
      world.run(1);
      assertThat(world.events(NotMeasurable.class))
          .extracting(NotMeasurable::version)
          .containsExactly(0L, 1L);
      assertThat(world.committed()).isEqualTo(undisturbed("undisturbed"));
    }
  }

  /** Of whose models the held-out examples say nothing. */
  private record OverflowingTrainer(double loss) implements Trainer {
    @Override
    public TrainedUpdate train(TrainingTask task, Path out) throws IOException {
      return TRAINER.train(task, out);
    }

    @Override
    public Optional<Evaluator> evaluator() {
      return Optional.of((_, _) -> new Metrics(0.5, loss, 5));
    }
  }

  @Test
  void shouldLetOnlyOneWorkInAFolder() throws Exception {
    Path work = folder.resolve("work");
    try (WorkFolder first = WorkFolder.open(work)) {
      assertThat(first.current()).isEmpty();
      assertThatThrownBy(() -> WorkFolder.open(work).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another participant works in this folder");
    }
    WorkFolder.open(work).close();
  }

  /** Who is drawn for no round fetches every version all the same, to measure it. */
  @Test
  void shouldKeepNoVersionButTheLastThatWasMeasured() throws Exception {
    try (WorkFolder work = WorkFolder.open(folder.resolve("work"))) {
      for (int version = 0; version < 3; version++) {
        byte[] model = {(byte) version};
        Files.write(work.blobs().resolve(Digest.ofContent(model).hex()), model);
        Files.write(work.blobs().resolve("blob%d.copy".formatted(version)), model);
        work.keep(version, Digest.ofContent(model), new Metrics(1, 0, 1));
        assertThat(work.blobs().toFile().list()).containsExactly(Digest.ofContent(model).hex());
      }
    }
  }

  @Test
  void shouldKeepOneSecretSeedForEver() throws Exception {
    try (WorkFolder work = WorkFolder.open(folder.resolve("work"))) {
      Randomness first = work.randomness();
      assertThat(work.randomness()).isEqualTo(first);
      assertThat(first.toString()).doesNotContain(first.seed().hex());
    }
    try (WorkFolder other = WorkFolder.open(folder.resolve("other"));
        WorkFolder again = WorkFolder.open(folder.resolve("work"))) {
      assertThat(other.randomness()).isNotEqualTo(again.randomness());
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("work").resolve("seed")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void shouldStopWhenClosed() throws Exception {
    CountDownLatch underway = new CountDownLatch(1);
    try (World world = new World("a");
        NodeClient client = new NodeClient(world.node.address(), SmallFederation.DOMAIN)) {
      ParticipantRunner participant =
          new ParticipantRunner(
              new ParticipantSetup(world.ledger(), world.self, client, TRAINER, world.work),
              _ -> underway.countDown());
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      participant.run();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      underway.await();
      participant.close();
      assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
      WorkFolder.open(world.work).close();
    }
  }

  private static void stopAtSatOut(ParticipantEvent event) {
    if (event instanceof SatOut) {
      throw new KilledError();
    }
  }

  private static void assertSitsOut(World world, String why) {
    assertThatThrownBy(() -> world.run(1)).isInstanceOf(KilledError.class);
    assertThat(world.events(SatOut.class).getLast().why()).contains(why);
  }

  private static void store(World world, Path update) {
    try {
      world.federation.store(update);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the commitment and dies before the answer is read. */
  private static final class ForgetfulLedger extends ForwardingLedger {

    ForgetfulLedger(Ledger real) {
      super(real);
    }

    @Override
    public Outcome submit(LedgerAction action) {
      assertThat(super.submit(action)).isInstanceOf(Outcome.Mined.class);
      throw new KilledError();
    }
  }
}
