package org.fedledger.client.node;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The time by a node's clock, as its answers tell it: what is signed for a node expires by that
 * one, whatever this machine's clock says. Safe for many threads.
 */
final class NodeClock {

  /** More is believed of no node, since what is signed would be good for as much longer. */
  private static final Duration MOST = Duration.ofHours(1);

  /** Less may be the way of an answer, and the second's rest. */
  private static final Duration LEAST = Duration.ofSeconds(10);

  private final InstantSource own;

  /** Seconds by which the node is ahead. */
  private volatile long ahead;

  NodeClock(InstantSource own) {
    this.own = own;
  }

  /** Takes the time from an answer that tells it (RFC 9110, section 6.6.1). */
  void heard(HttpHeaders headers) {
    Optional<String> date = headers.firstValue("Date");
    if (date.isEmpty()) {
      return;
    }
    try {
      ZonedDateTime told = ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME);
      ahead = told.toEpochSecond() - own.instant().getEpochSecond();
    } catch (DateTimeParseException e) {
      // It tells no time then.
    }
  }

  /**
   * Seconds since 1970 UTC by the node's clock; by this machine's where the two cannot be right.
   */
  long now() {
    long difference = Math.abs(ahead);
    boolean believed = difference >= LEAST.toSeconds() && difference <= MOST.toSeconds();
    return own.instant().getEpochSecond() + (believed ? ahead : 0);
  }

  /** How far the two clocks are apart, for people; empty if it makes no difference. */
  Optional<String> difference() {
    long difference = Math.abs(ahead);
    return difference < LEAST.toSeconds()
        ? Optional.empty()
        : Optional.of(
            "this machine's clock is %d seconds %s the node's"
                .formatted(difference, ahead > 0 ? "behind" : "ahead of"));
  }
}
