package org.fedledger.index;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How versions descend from each other. In a line, each was made from the one before it; a line
 * begins with version 0, and wherever governance let a round build on an earlier version. So there
 * are as many as times that it went back, however many versions there are.
 */
final class Lines {

  /** First version of each line, and the version which that was made from. */
  private final NavigableMap<Long, Long> bases = new TreeMap<>();

  private final long head;

  private Lines(long head) {
    this.head = head;
  }

  /** Finds the first version of those from one to another into which some update went directly. */
  @FunctionalInterface
  interface Direct {
    OptionalLong first(long from, long to);
  }

  static Lines of(Database database) {
    Lines lines = new Lines(database.number("SELECT max(version) FROM versions").orElse(0));
    database.list(
        "SELECT version, base FROM versions WHERE base <> version - 1 ORDER BY version",
        row -> lines.bases.put(row.getLong(1), row.getLong(2)));
    return lines;
  }

  /** The versions before this one that it was not made from. */
  List<Long> aside(long version) {
    List<Long> aside = new ArrayList<>();
    long first = bases.floorKey(version);
    while (first > 0) {
      long base = bases.get(first);
      LongStream.range(base + 1, first).forEach(aside::add);
      first = bases.floorKey(base);
    }
    return aside;
  }

  /**
   * The versions from that one on without any of some updates.
   *
   * @param from the first version with one of them
   */
  List<Long> without(long from, Direct direct) {
    List<Long> without = new ArrayList<>();
    NavigableMap<Long, Long> reachedFrom = new TreeMap<>();
    bases.forEach(
        (first, base) -> {
          Long next = bases.higherKey(first);
          long last = next == null ? head : next - 1;
          boolean inherited = first > 0 && reachedFrom.floorEntry(base).getValue() <= base;
          long reached = inherited ? first : direct.first(first, last).orElse(last + 1);
          reachedFrom.put(first, reached);
          LongStream.range(Math.max(first, from), reached).forEach(without::add);
        });
    return without;
  }

  /** As an array for SQL. */
  static String json(List<Long> versions) {
    return versions.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
