package org.fedledger.client.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;

/**
 * Reads CSV tables (RFC 4180, UTF-8, names in the first line) by a schema.
 *
 * <p>A bad value never becomes a number in silence: all of them are named, up to {@link
 * #MAX_PROBLEMS}, and there is then no table.
 */
public final class TableReader {

  /** Problems told one by one; further ones are counted. */
  public static final int MAX_PROBLEMS = 100;

  /** Numbers in one table, so that it fits in an array. */
  public static final long MAX_VALUES = 1L << 30;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final DataSchema schema;
  private final String name;
  private final boolean labelNeeded;
  private final List<String> problems = new ArrayList<>();
  private long untold;

  private TableReader(DataSchema schema, String name, boolean labelNeeded) {
    this.schema = schema;
    this.name = name;
    this.labelNeeded = labelNeeded;
  }

  /**
   * @throws BadTableException if it does not fit the schema; names each value that does not
   */
  public static Table read(Path file, DataSchema schema) throws IOException, BadTableException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(in, file.toString(), schema);
    }
  }

  /**
   * Reads a table to predict on: the label's whole column may be missing. Every row then counts as
   * if it had a label, so that taking the column out of a table changes no feature.
   *
   * @throws BadTableException if it does not fit the schema otherwise
   */
  public static Table readToPredict(Path file, DataSchema schema)
      throws IOException, BadTableException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return new TableReader(schema, file.toString(), false).read(in);
    }
  }

  /**
   * @param name of the table, with which complaints begin
   */
  public static Table read(Reader in, String name, DataSchema schema)
      throws IOException, BadTableException {
    return new TableReader(schema, name, true).read(in);
  }

  private Table read(Reader in) throws IOException, BadTableException {
    CSVFormat format = CSVFormat.RFC4180.builder().setTrim(true).setIgnoreEmptyLines(true).get();
    try (CSVParser parser = CSVParser.builder().setReader(in).setFormat(format).get()) {
      return read(parser);
    } catch (CharacterCodingException e) {
      throw refused("not a table: its bytes are not UTF-8");
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof CharacterCodingException
          ? refused("not a table: its bytes are not UTF-8")
          : refused("not a table: " + e.getCause().getMessage());
    } catch (IllegalStateException e) {
      throw refused("not a table: " + e.getMessage());
    }
  }

  private Table read(CSVParser parser) throws BadTableException {
    Iterator<CSVRecord> records = parser.iterator();
    if (!records.hasNext()) {
      throw refused("empty; the first line names the columns: " + names());
    }
    List<String> header = header(records.next());
    RowReader rows = new RowReader(schema, header);
    List<Table.Row> complete = new ArrayList<>();
    int dropped = 0;
    while (records.hasNext()) {
      CSVRecord record = records.next();
      long line = parser.getCurrentLineNumber();
      if (record.size() != header.size()) {
        problem(
            "line %d: %d values belong here, one for each column, not %d"
                .formatted(line, header.size(), record.size()));
      } else {
        switch (rows.read(record, complete.size())) {
          case RowReader.Result.Complete(double[] features, float label, boolean heldOut) ->
              complete.add(new Table.Row(line, features, label, heldOut));
          case RowReader.Result.Incomplete _ -> dropped++;
          case RowReader.Result.Bad(List<String> found) ->
              found.forEach(f -> problem("line %d, %s".formatted(line, f)));
        }
      }
      if ((long) complete.size() * schema.features() > MAX_VALUES) {
        throw refused(
            "larger than %d numbers, which is the most there may be".formatted(MAX_VALUES));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadTableException(problems, untold);
    }
    return new Table(schema.features(), complete, dropped, rows.labelled(), schema.standardise());
  }

  private List<String> header(CSVRecord first) throws BadTableException {
    List<String> header = new ArrayList<>(first.toList());
    header.set(0, withoutMark(header.getFirst()));
    Set<String> known = schema.columns().stream().map(Column::name).collect(Collectors.toSet());
    Set<String> seen = new HashSet<>();
    for (String column : header) {
      if (!known.contains(column)) {
        problem(
            "line 1: there is no column '%s' in the schema, which has %s"
                .formatted(column, names()));
      } else if (!seen.add(column)) {
        problem("line 1: the column '%s' stands there twice".formatted(column));
      }
    }
    for (Column column : schema.columns()) {
      if (needed(column) && !seen.contains(column.name())) {
        problem("line 1: the column '%s' is missing".formatted(column.name()));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadTableException(problems, untold);
    }
    return header;
  }

  private boolean needed(Column column) {
    return switch (column) {
      case Column.Ignored _ -> false;
      case Column.BinaryLabel _ -> labelNeeded;
      case Column.Numeric _, Column.Category _, Column.Split _ -> true;
    };
  }

  private static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1).trim() : text;
  }

  private String names() {
    return schema.columns().stream().map(Column::name).collect(Collectors.joining(", "));
  }

  private void problem(String what) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(name + ": " + what);
    } else {
      untold++;
    }
  }

  private BadTableException refused(String what) {
    return new BadTableException(List.of(name + ": " + what), 0);
  }
}
