package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.fedledger.rule.RuleKind;
import org.fedledger.rule.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {

  /** More of them in the profile that is named {@code simulation}. */
  private static final int SEEDS = Integer.getInteger("fedledger.simulation.seeds", 300);

  /** Words of the trace, each for a kind of fault. */
  private static final List<String> KINDS =
      List.of(
          "is lost",
          "the answer to",
          "arrives late",
          "arrives again",
          "comes damaged",
          "dies before",
          "dies after",
          "is reorganised",
          "attempt 2");

  private static final int ROUNDS = 5;
  private static final int PARTICIPANTS = 5;

  /** What outages lead to that last. */
  private static final List<String> LASTING =
      List.of(
          "is sat out",
          "the time for uploads is over",
          " 1 rejected",
          ": lacks ",
          "expired attempt",
          "aborted round");

  private static SimulationSetup setup(long seed, Faults faults) {
    return new SimulationSetup(
        PARTICIPANTS,
        ROUNDS,
        3,
        2,
        List.of(2, 1),
        Rules.usual("fedavg", PARTICIPANTS),
        seed,
        faults);
  }

  @Test
  void shouldComeToTheSameVersionsAndNameNobodyHonestWhateverGoesWrong() throws Exception {
    Set<String> seen =
        play(
            SEEDS,
            Faults.PASSING,
            KINDS,
            result -> {
              assertThat(result.rounds()).hasSize(ROUNDS);
              assertThat(result.verifiedUpdates()).isEqualTo(ROUNDS * PARTICIPANTS);
            });
    assertThat(seen).as("kinds of faults that were played").hasSameElementsAs(KINDS);
  }

  @Test
  void shouldEndEveryRoundAndNameNobodyForHavingBeenAway() throws Exception {
    AtomicInteger versions = new AtomicInteger();
    AtomicInteger aborted = new AtomicInteger();
    Set<String> seen =
        play(
            SEEDS / 3,
            Faults.LASTING,
            LASTING,
            result -> {
              assertThat(result.rounds()).hasSize(ROUNDS);
              versions.addAndGet(result.models().size());
              aborted.addAndGet(ROUNDS - result.models().size());
            });
    assertThat(versions).hasPositiveValue();
    assertThat(aborted).hasPositiveValue();
    assertThat(seen).as("what the outages led to").hasSameElementsAs(LASTING);
  }

  /**
   * Plays seeds from 1 on.
   *
   * @param words to look for in the traces
   * @return those that were found
   */
  private static Set<String> play(
      long seeds, Faults faults, List<String> words, Consumer<SimulationResult> check)
      throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<Future<SimulationResult>> runs = new ArrayList<>();
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (long seed = 1; seed <= seeds; seed++) {
        SimulationSetup setup = setup(seed, faults);
        runs.add(
            pool.submit(
                () ->
                    replayable(
                        setup, line -> words.stream().filter(line::contains).forEach(seen::add))));
      }
      for (Future<SimulationResult> run : runs) {
        check.accept(run.get());
      }
    }
    return seen;
  }

  /** Whoever sees it fail sees how to play it again. */
  private static SimulationResult replayable(SimulationSetup setup, Consumer<String> listener)
      throws IOException {
    try {
      return Simulation.run(setup, listener);
    } catch (SimulationFailure e) {
      throw new AssertionError(
          "%s%nplay it again with: %s".formatted(e.getMessage(), setup.command()), e);
    }
  }

  @Test
  void shouldLeaveTheSameTraceForTheSameSeed() throws IOException {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    SimulationResult result = Simulation.run(setup(7, Faults.PASSING), first::add);
    SimulationResult again = Simulation.run(setup(7, Faults.PASSING), second::add);
    assertThat(second).isEqualTo(first);
    assertThat(again).isEqualTo(result);
  }

  @Test
  void shouldLeaveTheSameTraceInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    SimulationResult here = Simulation.run(setup(7, Faults.PASSING), _ -> {});
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(Simulation.run(setup(7, Faults.PASSING), _ -> {})).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shouldLeaveAnotherTraceForAnotherSeed() throws IOException {
    assertThat(Simulation.run(setup(8, Faults.PASSING), _ -> {}).trace())
        .isNotEqualTo(Simulation.run(setup(7, Faults.PASSING), _ -> {}).trace());
  }

  @Test
  void shouldGoWrongNowhereWithoutFaults() throws IOException {
    SimulationResult result = Simulation.run(setup(7, Faults.NONE), _ -> {});
    assertThat(result.kills()).isZero();
    assertThat(result.rounds()).allSatisfy(round -> assertThat(round.attempts()).isOne());
  }

  @Test
  void shouldMakeOtherModelsOfOtherData() throws IOException {
    assertThat(Simulation.run(setup(8, Faults.NONE), _ -> {}).models())
        .doesNotContainAnyElementsOf(Simulation.run(setup(7, Faults.NONE), _ -> {}).models());
  }

  /** All but the one that every other simulation here goes by. */
  private static List<String> rules() {
    return Rules.KNOWN.stream()
        .map(RuleKind::name)
        .distinct()
        .filter(name -> !name.equals("fedavg"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldComeToTheSameVersionsByEveryRule(String rule) throws IOException {
    SimulationSetup setup =
        new SimulationSetup(
            PARTICIPANTS,
            3,
            3,
            2,
            List.of(2, 1),
            Rules.usual(rule, PARTICIPANTS),
            3,
            Faults.PASSING);
    assertThat(Simulation.run(setup, _ -> {}).models()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void shouldDoWithoutVerifiersAndWithOneParticipant() throws IOException {
    SimulationSetup alone =
        new SimulationSetup(
            1, 2, 0, 1, List.of(2, 1), Rules.usual("fedavg", PARTICIPANTS), 1, Faults.PASSING);
    assertThat(Simulation.run(alone, _ -> {}).models()).hasSize(2);
  }
}
