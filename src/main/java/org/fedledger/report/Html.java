package org.fedledger.report;

import java.io.IOException;
import java.util.Locale;

/** Writes HTML; whatever is not markup of ours goes through {@link #text} and is escaped. */
final class Html {

  private final Appendable out;

  Html(Appendable out) {
    this.out = out;
  }

  /** Markup as it is, followed by a line's end. */
  Html raw(String markup) throws IOException {
    out.append(markup).append('\n');
    return this;
  }

  /**
   * Markup with values for its {@code %s}, each escaped.
   *
   * @param markup of ours
   */
  Html line(String markup, Object... values) throws IOException {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = escape(String.valueOf(values[i]));
    }
    return raw(String.format(Locale.ROOT, markup, escaped));
  }

  /** Text for an element or a quoted attribute; what is not printable is shown as its code. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  if (isPrintable(c)) {
                    escaped.appendCodePoint(c);
                  } else {
                    escaped.append("[U+%04X]".formatted(c));
                  }
                }
              }
            });
    return escaped.toString();
  }

  /** Nothing that could hide or turn the text around it. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
