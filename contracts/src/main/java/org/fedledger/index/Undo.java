package org.fedledger.index;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers for the newest blocks how each row was before, and brings it back.
 *
 * <p>Triggers write the statement that undoes each change, whichever it is; so the way back cannot
 * differ from the way forth. Far below the head, where no reorg reaches, nothing is remembered.
 */
final class Undo {

  private final Database database;
  private boolean recording;

  Undo(Database database) {
    this.database = database;
  }

  /** The state at any block from this one on can be had back. */
  long reachesTo() {
    return database.number("SELECT undo_from FROM meta").orElseThrow();
  }

  /** From now on, on this connection. Not within a transaction. */
  void record(boolean wanted) {
    if (wanted != recording) {
      List<String> statements = new ArrayList<>();
      for (String table : Schema.UNDOABLE) {
        statements.addAll(wanted ? triggers(table) : drops(table));
      }
      database.script(statements);
      recording = wanted;
    }
  }

  /** Nothing that was recorded up to that block will be undone. */
  void forget(long block) {
    database.run("DELETE FROM undo WHERE block <= ?", block);
    database.run("UPDATE meta SET undo_from = max(undo_from, ?)", block);
  }

  /**
   * Undoes all that came after that block, which must not be before {@link #reachesTo}. Within a
   * transaction, and not while recording.
   */
  void goBackTo(long block) {
    if (recording) {
      throw new IllegalStateException("undoing would be recorded");
    }
    long last = Long.MAX_VALUE;
    for (List<Step> steps = after(block, last); !steps.isEmpty(); steps = after(block, last)) {
      database.script(steps.stream().map(Step::sql).toList());
      last = steps.getLast().n();
    }
    database.run("DELETE FROM undo WHERE block > ?", block);
  }

  private record Step(long n, String sql) {}

  private List<Step> after(long block, long before) {
    return database.list(
        "SELECT n, sql FROM undo NOT INDEXED WHERE n < ? AND block > ? ORDER BY n DESC LIMIT 1000",
        row -> new Step(row.getLong(1), row.getString(2)),
        before,
        block);
  }

  private List<String> columns(String table) {
    return database.list(
        "SELECT name FROM pragma_table_info(?) ORDER BY cid", row -> row.getString(1), table);
  }

  private List<String> triggers(String table) {
    List<String> columns = columns(table);
    StringBuilder set = new StringBuilder();
    StringBuilder old = new StringBuilder();
    for (String column : columns) {
      String separator = set.isEmpty() ? "" : ", ";
      set.append("%s%s = '|| quote(old.%s) ||'".formatted(separator, column, column));
      old.append("%s'|| quote(old.%s) ||'".formatted(separator, column));
    }
    return List.of(
        trigger(table, "INSERT", "DELETE FROM %s WHERE rowid = '|| new.rowid ||'".formatted(table)),
        trigger(
            table,
            "UPDATE",
            "UPDATE %s SET %s WHERE rowid = '|| old.rowid ||'".formatted(table, set)),
        trigger(
            table,
            "DELETE",
            "INSERT INTO %s(%s) VALUES (%s)".formatted(table, String.join(", ", columns), old)));
  }

  private static String trigger(String table, String change, String inverse) {
    return """
    CREATE TEMP TRIGGER %s AFTER %s ON %s BEGIN
      INSERT INTO undo(block, sql)
        VALUES ((SELECT max(number) FROM blocks), '%s');
    END\
    """
        .formatted(name(table, change), change, table, inverse);
  }

  private static List<String> drops(String table) {
    return List.of("INSERT", "UPDATE", "DELETE").stream()
        .map(change -> "DROP TRIGGER temp." + name(table, change))
        .toList();
  }

  private static String name(String table, String change) {
    return "undo_" + table + "_" + change.toLowerCase(java.util.Locale.ROOT);
  }
}
