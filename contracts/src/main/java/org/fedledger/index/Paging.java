package org.fedledger.index;

import java.util.Optional;

/**
 * Which part of a list is wanted. Lists are in the order of the ledger; a cursor names a place in
 * it, so that turning pages neither slows down nor skips what stays while the list grows.
 *
 * @param limit most items, 1 to {@link #MAX_LIMIT}
 * @param cursor {@link Page#next} of the page before; empty for the first
 * @param newestFirst the other way round
 */
public record Paging(int limit, Optional<String> cursor, boolean newestFirst) {

  public static final int DEFAULT_LIMIT = 100;
  public static final int MAX_LIMIT = 1_000;

  /** The beginning of a list. */
  public static final Paging FIRST = new Paging(DEFAULT_LIMIT, Optional.empty(), false);

  /**
   * @throws IllegalArgumentException for a limit outside its range or a cursor that no page gave
   */
  public Paging {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "a page has 1 to %d items, not %d".formatted(MAX_LIMIT, limit));
    }
    if (cursor.isPresent() && !cursor.get().matches("0|[1-9][0-9]{0,18}")) {
      throw new IllegalArgumentException("a cursor is what an earlier page gave as next");
    }
  }

  public Paging limitedTo(int changed) {
    return new Paging(changed, cursor, newestFirst);
  }

  public Paging from(Optional<String> changed) {
    return new Paging(limit, changed, newestFirst);
  }

  public Paging latestFirst() {
    return new Paging(limit, cursor, true);
  }

  /** The position after which, or before which, the page begins. */
  long start() {
    try {
      return cursor.map(Long::parseLong).orElse(newestFirst ? Long.MAX_VALUE : -1L);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a cursor is what an earlier page gave as next", e);
    }
  }
}
