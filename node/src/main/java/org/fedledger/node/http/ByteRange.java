package org.fedledger.node.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a file is asked for (RFC 9110, 14). Several ranges at once count as the whole file. */
sealed interface ByteRange {

  Pattern SINGLE = Pattern.compile("(?i:bytes)=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))");

  record Whole() implements ByteRange {}

  record Part(long from, long length) implements ByteRange {}

  record Unsatisfiable() implements ByteRange {}

  static ByteRange of(Optional<String> header, long size) {
    Matcher range = SINGLE.matcher(header.orElse(""));
    if (!range.matches()) {
      return new Whole();
    }
    if (range.group(3) != null) {
      return part(size - Math.min(size, Long.parseLong(range.group(3))), size - 1, size);
    }
    long from = Long.parseLong(range.group(1));
    long last =
        range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
    boolean backwards = !range.group(2).isEmpty() && Long.parseLong(range.group(2)) < from;
    return backwards ? new Whole() : part(from, last, size);
  }

  private static ByteRange part(long from, long last, long size) {
    return from >= size ? new Unsatisfiable() : new Part(from, last - from + 1);
  }
}
