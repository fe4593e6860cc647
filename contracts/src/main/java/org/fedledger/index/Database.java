package org.fedledger.index;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.types.Bytes;
import org.sqlite.SQLiteConfig;

/** One connection to an index, for one thread at a time. */
final class Database implements AutoCloseable {

  private static final int BUSY_MILLIS = 10_000;
  private static final int PREPARED = 256;

  /** Pages of a reader's cache, negative for KiB; native memory, as is the writer's. */
  private static final int READER_CACHE = -8 << 10;

  private static final int WRITER_CACHE = -64 << 10;

  /** Pages of the log after which they are brought home: many, since most are written often. */
  private static final long WAL_PAGES = 16_384;

  private static final long PAGE_BYTES = 4_096;

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What may fail as SQL does. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
          if (size() <= PREPARED) {
            return false;
          }
          attempt(
              () -> {
                eldest.getValue().close();
                return null;
              });
          return true;
        }
      };

  private Database(Connection connection) {
    this.connection = connection;
  }

  static Database writer(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // A kill loses nothing; a power cut may lose the last transactions, which are then read again.
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setCacheSize(WRITER_CACHE);
    Database writer = open(file, config);
    writer.script(
        List.of(
            "PRAGMA wal_autocheckpoint = " + WAL_PAGES,
            "PRAGMA journal_size_limit = " + WAL_PAGES * PAGE_BYTES));
    return writer;
  }

  static Database reader(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setCacheSize(READER_CACHE);
    return open(file, config);
  }

  private static Database open(Path file, SQLiteConfig config) {
    config.setBusyTimeout(BUSY_MILLIS);
    return attempt(
        () -> new Database(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath())));
  }

  /** Changes rows, and says how many. */
  int run(String sql, Object... values) {
    return attempt(() -> statement(sql, values).executeUpdate());
  }

  /** Runs statements that take no values, one after the other. */
  void script(Iterable<String> statements) {
    attempt(
        () -> {
          try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
              statement.execute(sql);
            }
          }
          return null;
        });
  }

  <T> List<T> list(String sql, Row<T> reader, Object... values) {
    return attempt(
        () -> {
          List<T> all = new ArrayList<>();
          try (ResultSet rows = statement(sql, values).executeQuery()) {
            while (rows.next()) {
              all.add(reader.read(rows));
            }
          }
          return all;
        });
  }

  <T> Optional<T> first(String sql, Row<T> reader, Object... values) {
    return attempt(
        () -> {
          try (ResultSet rows = statement(sql, values).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
          }
        });
  }

  /** The first column of the first row; empty without a row or for NULL. */
  OptionalLong number(String sql, Object... values) {
    return first(
            sql,
            row -> {
              long value = row.getLong(1);
              return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
            },
            values)
        .orElse(OptionalLong.empty());
  }

  /** All of it or nothing. */
  void transaction(Runnable work) {
    attempt(
        () -> {
          connection.setAutoCommit(false);
          try {
            work.run();
            connection.commit();
          } catch (SQLException | RuntimeException | Error e) {
            rollBack(e);
            throw e;
          } finally {
            connection.setAutoCommit(true);
          }
          return null;
        });
  }

  private void rollBack(Throwable why) {
    try {
      connection.rollback();
    } catch (SQLException also) {
      why.addSuppressed(also);
    }
  }

  /** A statement of this connection's own, which the caller closes. */
  PreparedStatement prepare(String sql) {
    return attempt(() -> connection.prepareStatement(sql));
  }

  private PreparedStatement statement(String sql, Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    bind(statement, values);
    return statement;
  }

  static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case null -> statement.setObject(i + 1, null);
        case Long value -> statement.setLong(i + 1, value);
        case Integer value -> statement.setLong(i + 1, value);
        case Boolean value -> statement.setLong(i + 1, value ? 1 : 0);
        case byte[] value -> statement.setBytes(i + 1, value);
        case Bytes<?> value -> statement.setBytes(i + 1, value.bytes());
        case String value -> statement.setString(i + 1, value);
        default -> throw new IllegalArgumentException("no column takes " + values[i].getClass());
      }
    }
  }

  static <T> T attempt(Action<T> action) {
    try {
      return action.run();
    } catch (SQLException e) {
      throw IndexException.of(e);
    }
  }

  @Override
  public void close() {
    attempt(
        () -> {
          for (PreparedStatement statement : prepared.values()) {
            statement.close();
          }
          prepared.clear();
          connection.close();
          return null;
        });
  }
}
