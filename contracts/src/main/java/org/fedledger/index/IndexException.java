package org.fedledger.index;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** The index could not be read or written. */
public final class IndexException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int PRIMARY_CODE = 0xff;

  /** What is to be done about it. */
  public enum Kind {
    /** The file must be made anew. */
    DAMAGED,
    /** The file is whole, but not one to be used here; nothing was changed. */
    REFUSED,
    /** Another program has it. */
    BUSY,
    /** The system refused, as for want of room. */
    FAILED
  }

  private final Kind kind;

  private IndexException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static IndexException of(SQLException cause) {
    return new IndexException(kind(cause), "the index: " + cause.getMessage(), cause);
  }

  private static Kind kind(SQLException cause) {
    int code = cause.getErrorCode() & PRIMARY_CODE;
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code
        || code == SQLiteErrorCode.SQLITE_ERROR.code && lacksSchema(cause)) {
      return Kind.DAMAGED;
    }
    return code == SQLiteErrorCode.SQLITE_BUSY.code ? Kind.BUSY : Kind.FAILED;
  }

  static IndexException damaged(String message) {
    return new IndexException(Kind.DAMAGED, "the index: " + message, null);
  }

  static IndexException refused(String message) {
    return new IndexException(Kind.REFUSED, message, null);
  }

  static IndexException busy(String message) {
    return new IndexException(Kind.BUSY, message, null);
  }

  /** A table that is gone, in a file that says it has all. */
  private static boolean lacksSchema(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("no such table") || message.contains("no such column");
  }

  public Kind kind() {
    return kind;
  }
}
