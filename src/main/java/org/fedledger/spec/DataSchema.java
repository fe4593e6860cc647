package org.fedledger.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the columns of every participant's table mean, and how rows become numbers.
 *
 * <p>Features stand in the order of the columns; a category takes one feature for each of its
 * values but the first. A row in which a used column is missing is left out.
 *
 * @param missing texts that stand for a missing value, beside the empty one
 * @param standardise whether each feature is taken as (x - mean) / (deviation + 1e-9), with mean
 *     and sample deviation (n - 1) of the participant's own training rows
 * @param heldOut which rows are kept from training, to evaluate on
 */
public record DataSchema(
    List<Column> columns, Set<String> missing, boolean standardise, HeldOut heldOut) {

  /** One column, found by the name in the table's first line. */
  public sealed interface Column {
    String name();

    /** A finite decimal number. */
    record Numeric(String name) implements Column {}

    /**
     * @param values all values that may stand there, as text; numbers are compared as numbers
     */
    record Category(String name, List<String> values) implements Column {
      public Category {
        values = List.copyOf(values);
        if (values.size() < 2 || new HashSet<>(values).size() != values.size()) {
          throw new IllegalArgumentException(
              "category '%s' takes at least two different values".formatted(name));
        }
      }
    }

    /** The label is 1 where the number is above the threshold, else 0. */
    record BinaryLabel(String name, double above) implements Column {}

    /** Which rows are held out: those in which {@code testValue} stands. */
    record Split(String name, String testValue) implements Column {}

    /** Present in the table, not used. */
    record Ignored(String name) implements Column {}
  }

  /** Which rows are held out. */
  public sealed interface HeldOut {

    /** As the column of type {@link Column.Split} says. */
    record BySplit() implements HeldOut {}

    /** Every k-th row of those that are complete, the last of each k; 2 or more. */
    record EveryNth(int k) implements HeldOut {
      public EveryNth {
        if (k < 2) {
          throw new IllegalArgumentException("of every k rows one is held out, k from 2, not " + k);
        }
      }
    }
  }

  public static final int MAX_COLUMNS = 4_096;

  public DataSchema {
    columns = List.copyOf(columns);
    missing = Set.copyOf(missing);
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException(
          "a schema has 1 to %d columns, not %d".formatted(MAX_COLUMNS, columns.size()));
    }
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (column.name().isEmpty() || !names.add(column.name())) {
        throw new IllegalArgumentException(
            "column names are not empty and differ; '%s' does not".formatted(column.name()));
      }
    }
    exactlyOne(columns, Column.BinaryLabel.class, "label");
    if (heldOut instanceof HeldOut.BySplit) {
      exactlyOne(columns, Column.Split.class, "split");
    }
  }

  private static void exactlyOne(List<Column> columns, Class<? extends Column> type, String what) {
    long count = columns.stream().filter(type::isInstance).count();
    if (count != 1) {
      throw new IllegalArgumentException(
          "a schema has one %s column, not %d".formatted(what, count));
    }
  }

  /** Features of one row. */
  public int features() {
    int features = 0;
    for (Column column : columns) {
      features +=
          switch (column) {
            case Column.Numeric _ -> 1;
            case Column.Category c -> c.values().size() - 1;
            case Column.BinaryLabel _, Column.Split _, Column.Ignored _ -> 0;
          };
    }
    return features;
  }
}
