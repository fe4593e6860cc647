package org.fedledger.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round;
import org.fedledger.types.BlockHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every index does, apart from its queries; those are {@link QueriesSuite}'s. */
@Timeout(120)
abstract class LedgerIndexSuite {

  @TempDir Path folder;

  final RandomHistory history = new RandomHistory();
  final List<String> told = new ArrayList<>();

  void play(int seed, int steps) {
    new Random(seed).ints(steps, 0, 1_000_000).forEach(history::step);
  }

  LedgerReader ledger() {
    return history.story().reader();
  }

  /**
   * The index of that name, made where there is none; whoever opens it again finds it as it was.
   */
  protected abstract LedgerIndex open() throws IOException;

  IndexedTo advance(LedgerIndex index) {
    return advance(index, ledger());
  }

  static IndexedTo advance(LedgerIndex index, LedgerReader ledger) {
    return index
        .advance(new LedgerFeed(ledger, 0, 0), QueriesSuite.GAS, (_, _) -> {})
        .orElseThrow();
  }

  static List<QueryResults.Round> rounds(LedgerIndex index) {
    return index.ask(q -> q.rounds(Filter.ALL, new Paging(1_000, Optional.empty(), false))).items();
  }

  List<QueryResults.Round> expected() {
    return new BruteForce(history.story().recorded(), QueriesSuite::gas).rounds();
  }

  @Test
  void isAskedOfHistoriesInWhichEverythingHappens() {
    Set<TransactionKind> kinds = EnumSet.noneOf(TransactionKind.class);
    Set<UpdateOutcome> outcomes = EnumSet.noneOf(UpdateOutcome.class);
    Set<Round.Phase> phases = EnumSet.noneOf(Round.Phase.class);
    Set<Candidate.Status> attempts = EnumSet.noneOf(Candidate.Status.class);
    Set<String> reasons = new TreeSet<>();
    for (int seed = 0; seed < 40; seed++) {
      RandomHistory one = new RandomHistory(seed % 4 > 0);
      new Random(seed).ints(160, 0, 1_000_000).forEach(one::step);
      BruteForce all = new BruteForce(one.story().recorded(), QueriesSuite::gas);
      all.gas(Filter.ALL).forEach(g -> kinds.add(g.kind()));
      all.commitments().forEach(c -> outcomes.add(c.outcome()));
      all.rounds().forEach(r -> phases.add(r.phase()));
      all.rounds().forEach(r -> r.abortReason().ifPresent(a -> reasons.add(a.name())));
      all.rounds().forEach(r -> all.attempts(r.round()).forEach(a -> attempts.add(a.status())));
    }
    assertThat(kinds).isEqualTo(EnumSet.allOf(TransactionKind.class));
    assertThat(outcomes).isEqualTo(EnumSet.allOf(UpdateOutcome.class));
    assertThat(phases).isEqualTo(EnumSet.allOf(Round.Phase.class));
    assertThat(attempts).isEqualTo(EnumSet.allOf(Candidate.Status.class));
    assertThat(reasons)
        .contains("COORDINATOR", "TOO_FEW_COMMITMENTS", "TOO_FEW_ACCEPTED", "DEADLINE");
  }

  @Test
  void knowsHowFarItHasGotAndReadsOnlyWhatIsNew() throws IOException {
    play(1, 100);
    try (LedgerIndex index = open()) {
      assertThat(index.ask(Queries::indexedTo).isPresent()).isFalse();
      IndexedTo first = advance(index);
      BlockRef head = ledger().head();
      assertThat(first).isEqualTo(new IndexedTo(head.number(), head.hash(), head.timestamp()));
    }
    history.world().chain().mine();
    List<Long> asked = new ArrayList<>();
    try (LedgerIndex index = open()) {
      advance(
          index,
          new ForwardingReader(ledger()) {
            @Override
            public List<RecordedEvent> events(long from, long to) {
              asked.add(from);
              return super.events(from, to);
            }
          });
    }
    assertThat(asked).containsExactly(ledger().head().number());
    assertThat(told).isEmpty();
  }

  @Test
  void goesBackExactlyToTheFork() throws IOException {
    play(2, 120);
    try (LedgerIndex index = open()) {
      for (int block = 0; block < 30; block++) {
        history.step(block);
        advance(index);
      }
      history.reorganise(20);
      long fork = ledger().head().number() - 21;
      List<Long> asked = new ArrayList<>();
      advance(
          index,
          new ForwardingReader(ledger()) {
            @Override
            public List<RecordedEvent> events(long from, long to) {
              asked.add(from);
              return super.events(from, to);
            }
          });
      assertThat(asked).containsExactly(fork + 1);
      assertThat(rounds(index)).isEqualTo(expected());
    }
    assertThat(told).isEmpty();
  }

  @Test
  void readsAnewAfterAReorgThatIsDeeperThanItsMemory() throws IOException {
    play(3, 60);
    for (long i = 0; i < LedgerIndex.UNDO_BLOCKS + 10; i++) {
      history.world().chain().mine();
    }
    try (LedgerIndex index = open()) {
      advance(index);
      history.reorganise((int) LedgerIndex.UNDO_BLOCKS + 30);
      play(4, 30);
      advance(index);
      assertThat(rounds(index)).isEqualTo(expected());
    }
    assertThat(told)
        .containsExactly(
            "the chain records something else than was indexed; reading it from its start");
  }

  @Test
  void writesNothingOfAReadingDuringWhichTheChainWasReorganised() throws IOException {
    play(6, 60);
    try (LedgerIndex index = open()) {
      LedgerReader reorganising =
          new ForwardingReader(ledger()) {
            private int reorgs = 2;

            @Override
            public List<RecordedEvent> events(long from, long to) {
              List<RecordedEvent> read = super.events(from, to);
              if (reorgs-- > 0) {
                history.reorganise(10);
              }
              return read;
            }
          };
      advance(index, reorganising);
      assertThat(rounds(index)).isEqualTo(expected());
    }
  }

  @Test
  void givesUpOnAChainThatNeverStandsStill() throws IOException {
    try (LedgerIndex index = open()) {
      LedgerReader restless =
          new ForwardingReader(ledger()) {
            private byte changing;

            @Override
            public Optional<BlockRef> block(long number) {
              byte[] hash = new byte[BlockHash.LENGTH];
              hash[0] = ++changing;
              return super.block(number)
                  .map(b -> new BlockRef(number, new BlockHash(hash), b.parent(), b.timestamp()));
            }
          };
      assertThatThrownBy(() -> advance(index, restless))
          .isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @Test
  void canBeRebuilt() throws IOException {
    play(8, 150);
    try (LedgerIndex index = open()) {
      advance(index);
      List<QueryResults.Round> before = rounds(index);
      index.rebuild();
      assertThat(rounds(index)).isEmpty();
      advance(index);
      assertThat(rounds(index)).isEqualTo(before);
    }
  }

  @Test
  void saysWhatARecordContradicts() throws IOException {
    play(10, 80);
    LedgerReader without =
        new ForwardingReader(ledger()) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            return super.events(from, to).stream().skip(1).collect(Collectors.toList());
          }
        };
    try (LedgerIndex index = open()) {
      assertThatThrownBy(() -> advance(index, without))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the record contradicts itself in block");
      assertThat(index.ask(Queries::founded).isPresent()).isFalse();
      advance(index);
      assertThat(rounds(index)).isEqualTo(expected());
    }
  }
}
