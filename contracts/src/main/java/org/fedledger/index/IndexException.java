package org.fedledger.index;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** The index could not be read or written. */
public final class IndexException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int PRIMARY_CODE = 0xff;

  private final boolean damaged;

  private IndexException(String message, boolean damaged, Throwable cause) {
    super(message, cause);
    this.damaged = damaged;
  }

  static IndexException of(SQLException cause) {
    int code = cause.getErrorCode() & PRIMARY_CODE;
    boolean damaged =
        code == SQLiteErrorCode.SQLITE_CORRUPT.code
            || code == SQLiteErrorCode.SQLITE_NOTADB.code
            || code == SQLiteErrorCode.SQLITE_ERROR.code && lacksSchema(cause);
    return new IndexException("the index: " + cause.getMessage(), damaged, cause);
  }

  static IndexException damaged(String message) {
    return new IndexException("the index: " + message, true, null);
  }

  /** The file is whole, but not one to be used here; nothing was changed. */
  static IndexException refused(String message) {
    return new IndexException(message, false, null);
  }

  /** A table that is gone, in a file that says it has all. */
  private static boolean lacksSchema(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("no such table") || message.contains("no such column");
  }

  /** Whether the file must be made anew. */
  public boolean isDamaged() {
    return damaged;
  }
}
