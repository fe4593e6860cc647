package org.fedledger.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A query that is put together from what is asked for. */
final class Select {

  private final StringBuilder sql;
  private final List<Object> values = new ArrayList<>();
  private boolean conditions;

  /**
   * @param from columns and tables, up to the first condition
   */
  Select(String from) {
    sql = new StringBuilder(from);
  }

  Select and(String condition, Object... given) {
    sql.append(conditions ? " AND " : " WHERE ").append(condition);
    conditions = true;
    values.addAll(List.of(given));
    return this;
  }

  Select in(Span span, String position) {
    return span.isAll() ? this : and(position + " BETWEEN ? AND ?", span.from(), span.to());
  }

  /** From where the paging begins, in a list that is ordered by that position. */
  Select from(Paging paging, String position) {
    return and(position + (paging.newestFirst() ? " < ?" : " > ?"), paging.start());
  }

  /**
   * The part that the paging asks for.
   *
   * @param order column by which the list is ordered
   * @param key what tells the place of an item, in the same order; the cursor is made of it
   */
  <T> Page<T> page(
      Database database, Paging paging, String order, Database.Row<T> reader, String key) {
    record Placed<T>(T item, long position) {}
    List<Placed<T>> found =
        database.list(
            ordered(paging, order),
            row -> new Placed<>(reader.read(row), row.getLong(key)),
            values.toArray());
    boolean more = found.size() > paging.limit();
    List<Placed<T>> shown = more ? found.subList(0, paging.limit()) : found;
    return new Page<>(
        shown.stream().map(Placed::item).toList(),
        more ? Optional.of(Long.toString(shown.getLast().position())) : Optional.empty());
  }

  private String ordered(Paging paging, String order) {
    // One more than wanted tells whether there is a next page.
    return "%s ORDER BY %s %s LIMIT %d"
        .formatted(sql, order, paging.newestFirst() ? "DESC" : "ASC", paging.limit() + 1);
  }
}
