package org.fedledger.client.node;

import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a file an answer gives (RFC 9110, section 14.4).
 *
 * @param first of them, from 0
 * @param last of them
 * @param size of the whole file
 */
record ContentRange(long first, long last, long size) {

  private static final Pattern RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");
  private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/([0-9]{1,18})");

  /** What an answer of status 206 says; empty if it says nothing that is understood. */
  static Optional<ContentRange> of(HttpHeaders headers) {
    return matched(headers, RANGE)
        .map(
            range ->
                new ContentRange(
                    Long.parseLong(range.group(1)),
                    Long.parseLong(range.group(2)),
                    Long.parseLong(range.group(3))));
  }

  /** The whole file's size, from an answer of status 416. */
  static OptionalLong size(HttpHeaders headers) {
    return matched(headers, NO_RANGE)
        .map(range -> OptionalLong.of(Long.parseLong(range.group(1))))
        .orElse(OptionalLong.empty());
  }

  private static Optional<Matcher> matched(HttpHeaders headers, Pattern pattern) {
    return headers.firstValue("Content-Range").map(pattern::matcher).filter(Matcher::matches);
  }
}
