package org.fedledger.client.data;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.DataSchema.HeldOut;

/** Turns one row of texts into numbers. */
final class RowReader {

  /** Decimal only: Java's own reader also takes NaN, hexadecimals and suffixes. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  /** What a row is. */
  sealed interface Result {

    record Complete(double[] features, float label, boolean heldOut) implements Result {}

    /** A used value is missing. */
    record Incomplete() implements Result {}

    /** Each names column and what belongs there. */
    record Bad(List<String> problems) implements Result {}
  }

  private final DataSchema schema;
  private final int[] places;

  /**
   * @param header which columns are there; only that of the label may be missing of those used
   */
  RowReader(DataSchema schema, List<String> header) {
    this.schema = schema;
    this.places =
        schema.columns().stream().mapToInt(column -> header.indexOf(column.name())).toArray();
  }

  /** Whether the column of the label is there. */
  boolean labelled() {
    for (int i = 0; i < places.length; i++) {
      if (schema.columns().get(i) instanceof Column.BinaryLabel) {
        return places[i] >= 0;
      }
    }
    throw new IllegalStateException("a schema has one label column");
  }

  /**
   * @param completeBefore complete rows above this one
   */
  Result read(CSVRecord record, int completeBefore) {
    double[] features = new double[schema.features()];
    float label = 0;
    boolean heldOut =
        schema.heldOut() instanceof HeldOut.EveryNth nth && (completeBefore + 1) % nth.k() == 0;
    boolean incomplete = false;
    List<String> problems = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      Column column = schema.columns().get(i);
      int first = next;
      next += width(column);
      if (!used(column) || places[i] < 0) {
        continue;
      }
      String text = record.get(places[i]);
      if (text.isEmpty() || schema.missing().contains(text)) {
        incomplete = true;
        continue;
      }
      switch (column) {
        case Column.Numeric _ -> features[first] = number(column, text, problems);
        case Column.Category c -> oneHot(c, text, features, first, problems);
        case Column.BinaryLabel l -> label = number(column, text, problems) > l.above() ? 1 : 0;
        case Column.Split s -> heldOut = text.equals(s.testValue());
        case Column.Ignored _ -> throw new IllegalStateException("not used");
      }
    }
    if (!problems.isEmpty()) {
      return new Result.Bad(problems);
    }
    return incomplete ? new Result.Incomplete() : new Result.Complete(features, label, heldOut);
  }

  private boolean used(Column column) {
    return switch (column) {
      case Column.Ignored _ -> false;
      case Column.Split _ -> schema.heldOut() instanceof HeldOut.BySplit;
      case Column.Numeric _, Column.Category _, Column.BinaryLabel _ -> true;
    };
  }

  private static int width(Column column) {
    return switch (column) {
      case Column.Numeric _ -> 1;
      case Column.Category c -> c.values().size() - 1;
      case Column.BinaryLabel _, Column.Split _, Column.Ignored _ -> 0;
    };
  }

  private static double number(Column column, String text, List<String> problems) {
    OptionalDouble number = number(text);
    if (number.isEmpty()) {
      problems.add(
          "column '%s': a finite decimal number belongs here, not '%s'"
              .formatted(column.name(), shortened(text)));
    }
    return number.orElse(0);
  }

  private static OptionalDouble number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** The first value takes no feature, so that the features do not add up to one. */
  private static void oneHot(
      Column.Category column, String text, double[] features, int first, List<String> problems) {
    int value = value(column, text);
    if (value < 0) {
      problems.add(
          "column '%s': one of %s belongs here, not '%s'"
              .formatted(column.name(), String.join(", ", column.values()), shortened(text)));
    } else if (value > 0) {
      features[first + value - 1] = 1;
    }
  }

  private static int value(Column.Category column, String text) {
    int exact = column.values().indexOf(text);
    OptionalDouble number = number(text);
    if (exact >= 0 || number.isEmpty()) {
      return exact;
    }
    for (int i = 0; i < column.values().size(); i++) {
      OptionalDouble known = number(column.values().get(i));
      if (known.isPresent() && known.getAsDouble() == number.getAsDouble()) {
        return i;
      }
    }
    return -1;
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
