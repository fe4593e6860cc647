package org.fedledger.index;

import java.util.OptionalLong;

/**
 * A run of positions; empty if {@code to} is before {@code from}.
 *
 * @param from first one
 * @param to last one, included
 */
record Span(long from, long to) {

  static final Span ALL = new Span(0, Long.MAX_VALUE);

  private static final Span NONE = new Span(1, 0);

  /** The positions in which what the filter asks for can be. */
  static Span of(Filter filter, Database database) {
    long from = 0;
    long to = Long.MAX_VALUE;
    if (filter.fromRound().orElse(0) > 0) {
      OptionalLong opened = openingOf(database, filter.fromRound().getAsLong());
      if (opened.isEmpty()) {
        return NONE;
      }
      from = Math.max(from, opened.getAsLong());
    }
    if (filter.toRound().isPresent()) {
      long last = filter.toRound().getAsLong();
      OptionalLong next =
          last == Long.MAX_VALUE ? OptionalLong.empty() : openingOf(database, last + 1);
      to = Math.min(to, next.isPresent() ? next.getAsLong() - 1 : Long.MAX_VALUE);
    }
    if (filter.fromTime().isPresent()) {
      OptionalLong block =
          database.number(
              """
              SELECT number FROM blocks WHERE timestamp >= ?
              ORDER BY timestamp, number LIMIT 1\
              """,
              filter.fromTime().getAsLong());
      if (block.isEmpty()) {
        return NONE;
      }
      from = Math.max(from, Position.firstOf(block.getAsLong()));
    }
    if (filter.toTime().isPresent()) {
      OptionalLong after =
          database.number(
              """
              SELECT number FROM blocks WHERE timestamp > ?
              ORDER BY timestamp, number LIMIT 1\
              """,
              filter.toTime().getAsLong());
      to = after.isPresent() ? Math.min(to, Position.firstOf(after.getAsLong()) - 1) : to;
    }
    return from > to ? NONE : new Span(from, to);
  }

  /** Of the first round of that number or a later one. */
  private static OptionalLong openingOf(Database database, long round) {
    return database.number(
        "SELECT position FROM rounds WHERE round >= ? ORDER BY round LIMIT 1", round);
  }

  boolean isAll() {
    return equals(ALL);
  }
}
