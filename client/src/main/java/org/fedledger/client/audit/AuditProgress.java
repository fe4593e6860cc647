package org.fedledger.client.audit;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.fedledger.client.cli.Output;

/**
 * Tells how far a long audit has come: on a terminal in one line that is written anew, elsewhere in
 * a line now and then. A short audit tells nothing.
 */
final class AuditProgress {

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration ON_TERMINALS = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  /** Back to the start of the line, and clear it. */
  private static final String CLEAR = "\r\u001b[K";

  private final boolean terminal;
  private final OptionalLong last;
  private final LongSupplier nanos;
  private final Consumer<String> out;
  private final long start;
  private long first = -1;
  private long told;
  private boolean shown;

  /**
   * @param last number of the last round, if it is known
   * @param nanos a clock
   * @param out takes text as it is to be written
   */
  AuditProgress(boolean terminal, OptionalLong last, LongSupplier nanos, Consumer<String> out) {
    this.terminal = terminal;
    this.last = last;
    this.nanos = nanos;
    this.out = out;
    this.start = nanos.getAsLong();
    this.told = start;
  }

  /** Written beside a command's output. */
  static AuditProgress to(Output out, OptionalLong last) {
    boolean terminal = System.console() != null && System.console().isTerminal();
    return new AuditProgress(terminal, last, System::nanoTime, out::talkOn);
  }

  /** That a round was checked. */
  void checked(long round) {
    long now = nanos.getAsLong();
    if (first < 0) {
      first = round;
    }
    Duration pause = terminal ? ON_TERMINALS : ELSEWHERE;
    if (now - start < SHORT.toNanos() || now - told < pause.toNanos()) {
      return;
    }
    told = now;
    String line = line(round, now);
    out.accept(terminal ? CLEAR + line : line + "\n");
    shown = terminal;
  }

  /** Makes room for other output. */
  void clear() {
    if (shown) {
      out.accept(CLEAR);
      shown = false;
    }
  }

  private String line(long round, long now) {
    double done = round - first + 1;
    double rate = done / ((now - start) / 1e9);
    String speed = String.format(Locale.ROOT, "%.1f rounds a second", rate);
    if (last.isEmpty()) {
      return "round %d, %s".formatted(round, speed);
    }
    long remaining = (long) Math.ceil((last.getAsLong() - round) / rate);
    return "round %d of %d, %s, about %s left"
        .formatted(round, last.getAsLong(), speed, spoken(Math.max(0, remaining)));
  }

  private static String spoken(long seconds) {
    return seconds < 120 ? seconds + " s" : (seconds + 59) / 60 + " min";
  }
}
