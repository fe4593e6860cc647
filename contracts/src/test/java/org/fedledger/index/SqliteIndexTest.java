package org.fedledger.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Random;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

class SqliteIndexTest extends LedgerIndexSuite {

  /** One of which there is nothing to tell. */
  static LedgerIndex in(Path folder, SigningDomain domain) throws IOException {
    return SqliteIndex.open(
        folder.resolve("index.db"),
        domain,
        told -> {
          throw new AssertionError(told);
        });
  }

  private Path file() {
    return folder.resolve("cache/index.db");
  }

  @Override
  protected LedgerIndex open() throws IOException {
    return SqliteIndex.open(file(), ledger().domain(), told::add);
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
    assertThatThrownBy(() -> SqliteIndex.open(file(), other, told::add))
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
}
