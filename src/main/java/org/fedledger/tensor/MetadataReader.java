package org.fedledger.tensor;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Takes values from a header's metadata one by one, and refuses what is left over. */
final class MetadataReader {

  static final String FORMAT = "fedledger";
  static final String FORMAT_VERSION = "1";
  static final String KIND = "kind";

  private final Map<String, String> left;
  private final String kind;

  MetadataReader(Map<String, String> metadata) {
    left = new TreeMap<>(metadata);
    if (!take(FORMAT, Function.identity()).equals(FORMAT_VERSION)) {
      throw new MalformedFileException("metadata: fedledger must be 1");
    }
    kind = take(KIND, Function.identity());
  }

  String kind() {
    return kind;
  }

  <T> T take(String key, Function<String, T> reader) {
    String value = left.remove(key);
    if (value == null) {
      throw new MalformedFileException("metadata: %s is missing".formatted(key));
    }
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException("metadata: %s: %s".formatted(key, e.getMessage()), e);
    }
  }

  /** A decimal number without leading zeros, from 0 to 2^63-1. */
  static long version(String text) {
    if (!text.matches("0|[1-9][0-9]{0,18}")) {
      throw new IllegalArgumentException("a version is a decimal number without leading zeros");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a version is at most 2^63-1", e);
    }
  }

  static void requireVersion(long version) {
    if (version < 0) {
      throw new IllegalArgumentException("a version is at least 0, not " + version);
    }
  }

  <T> T end(T result) {
    if (!left.isEmpty()) {
      throw new MalformedFileException(
          "metadata: %d key(s) that this kind does not have, such as '%s'"
              .formatted(left.size(), left.keySet().iterator().next()));
    }
    return result;
  }
}
