package org.fedledger.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LedgerIndexTest {

  @TempDir Path folder;

  private final RandomHistory history = new RandomHistory();
  private final List<String> told = new ArrayList<>();

  private void play(int seed, int steps) {
    new Random(seed).ints(steps, 0, 1_000_000).forEach(history::step);
  }

  private Path file() {
    return folder.resolve("cache/index.db");
  }

  private LedgerReader ledger() {
    return history.story().reader();
  }

  private LedgerIndex open() throws IOException {
    return LedgerIndex.open(file(), ledger().domain(), told::add);
  }

  private IndexedTo advance(LedgerIndex index) {
    return advance(index, ledger());
  }

  private static IndexedTo advance(LedgerIndex index, LedgerReader ledger) {
    return index
        .advance(new LedgerFeed(ledger, 0, 0), QueriesPropertyTest.GAS, (_, _) -> {})
        .orElseThrow();
  }

  private static List<QueryResults.Round> rounds(LedgerIndex index) {
    return index.ask(q -> q.rounds(Filter.ALL, new Paging(1_000, Optional.empty(), false))).items();
  }

  private List<QueryResults.Round> expected() {
    return new BruteForce(history.story().recorded(), QueriesPropertyTest::gas).rounds();
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
      BruteForce all = new BruteForce(one.story().recorded(), QueriesPropertyTest::gas);
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
  void remembersOnlyTheNewestBlocksToUndo() throws IOException {
    play(5, 200);
    try (LedgerIndex index = open()) {
      advance(index);
      assertThat(count("SELECT count(*) FROM undo")).isPositive();
      for (long i = 0; i < LedgerIndex.UNDO_BLOCKS + 10; i++) {
        history.world().chain().mine();
      }
      advance(index);
      assertThat(count("SELECT count(*) FROM undo")).isZero();
      assertThat(count("SELECT count(*) FROM marks")).isLessThanOrEqualTo(64);
    }
  }

  private long count(String sql) {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = c.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.getLong(1);
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
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
  void isBuiltAnewWhereItIsDamaged() throws IOException {
    play(7, 150);
    for (int damage = 0; damage < 12; damage++) {
      try (LedgerIndex index = open()) {
        advance(index);
      }
      told.clear();
      damage(damage);
      try (LedgerIndex index = open()) {
        advance(index);
        assertThat(rounds(index)).as("damage %d", damage).isEqualTo(expected());
      }
      assertThat(told).as("damage %d", damage).hasSize(1);
      assertThat(told.getFirst()).contains("index.db", "damaged", "made anew");
    }
  }

  private void damage(int kind) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
      byte[] garbage = new byte[4_096];
      new Random(kind).nextBytes(garbage);
      switch (kind) {
        case 0 -> file.setLength(1_000);
        case 1 -> file.setLength(file.length() / 2 / 4_096 * 4_096);
        case 2 -> file.write(garbage, 0, 100);
        case 3 -> {
          file.setLength(0);
          file.write(garbage);
        }
        default -> {
          // A page anywhere; the free ones matter to nobody, so all that hold something are hit.
          for (long page = 1 + kind % 3; page < file.length() / 4_096; page += 3) {
            file.seek(page * 4_096);
            file.write(garbage);
          }
        }
      }
    }
  }

  @Test
  void canBeRebuiltWhenDamageShowsLater() throws IOException {
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
  void isBuiltAnewWhereItsSchemaIsAnother() throws IOException {
    play(9, 80);
    try (LedgerIndex index = open()) {
      advance(index);
    }
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = c.createStatement()) {
      statement.execute("PRAGMA user_version = 999");
      statement.execute("DROP TABLE rounds");
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
    try (LedgerIndex index = open()) {
      advance(index);
      assertThat(rounds(index)).isEqualTo(expected());
    }
    assertThat(told).containsExactly(file() + " is of another version; the index is made anew");
  }

  @Test
  void leavesAnotherFederationsIndexAlone() throws IOException {
    open().close();
    byte[] before = Files.readAllBytes(file());
    SigningDomain other =
        new SigningDomain(ledger().domain().chainId(), new Address(new byte[Address.LENGTH]));
    assertThatThrownBy(() -> LedgerIndex.open(file(), other, told::add))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("is the index of contract " + ledger().domain().contract())
        .hasMessageContaining("choose another file");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
    // Refusing it holds no lock.
    open().close();
  }

  @Test
  void leavesOtherProgramsDatabasesAlone() throws IOException {
    Files.createDirectories(file().getParent());
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = c.createStatement()) {
      statement.execute("CREATE TABLE patients(name TEXT)");
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
    byte[] before = Files.readAllBytes(file());
    assertThatThrownBy(this::open)
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("another program, which is left alone");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  @Test
  void keepsAsideWhatIsNoDatabase() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "my only notes");
    open().close();
    assertThat(file().resolveSibling("index.db.damaged")).hasContent("my only notes");
    assertThat(told).hasSize(1);
  }

  @Test
  void isRefusedToASecondWriter() throws Exception {
    try (LedgerIndex first = open()) {
      Thread second =
          new Thread(
              () -> {
                try {
                  open().close();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      second.start();
      while (!told.contains("waiting for another program to be done with the index " + file())) {
        Thread.onSpinWait();
      }
      first.close();
      second.join();
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
