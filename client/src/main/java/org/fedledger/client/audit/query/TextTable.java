package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A list as a table for people: aligned, numbers to the right, digests shortened. */
final class TextTable {

  private static final int SHORTENED = 10;
  private static final int LONGEST_NUMBER = 12;

  private record Column(String title, boolean right, Function<JsonNode, String> cell) {}

  private final List<Column> columns = new ArrayList<>();

  /** Numbers, to the right. */
  TextTable number(String title, String field) {
    columns.add(new Column(title, true, item -> number(item.get(field))));
    return this;
  }

  /** Words, addresses and digests, to the left. */
  TextTable text(String title, String field) {
    columns.add(new Column(title, false, item -> text(item.get(field))));
    return this;
  }

  TextTable time(String title, String field) {
    columns.add(new Column(title, false, item -> time(item.get(field))));
    return this;
  }

  TextTable cell(String title, Function<JsonNode, String> cell) {
    columns.add(new Column(title, false, cell));
    return this;
  }

  /** The lines, the titles first; only a word for an empty list. */
  List<String> lines(JsonNode items) {
    if (items.isEmpty()) {
      return List.of("none");
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::title).toList());
    for (JsonNode item : items) {
      rows.add(columns.stream().map(c -> c.cell().apply(item)).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(columns.get(i).right() ? padding + row.get(i) : row.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  static String text(JsonNode value) {
    if (value == null || value.isNull()) {
      return "-";
    }
    String text = value.asText();
    if (text.startsWith("0x") && text.length() > SHORTENED) {
      return text.substring(0, SHORTENED) + "…";
    }
    return text.equals(text.toUpperCase(Locale.ROOT))
        ? text.toLowerCase(Locale.ROOT).replace('_', ' ')
        : text;
  }

  /** In full, or where that takes too much room, rounded. */
  static String number(JsonNode value) {
    if (value == null || value.isNull()) {
      return "-";
    }
    String text = value.asText();
    return text.length() <= LONGEST_NUMBER
        ? text
        : String.format(Locale.ROOT, "%.4e", new BigDecimal(text));
  }

  static String time(JsonNode seconds) {
    return seconds == null || seconds.isNull()
        ? "-"
        : Instant.ofEpochSecond(seconds.longValue()).toString();
  }
}
