package org.fedledger.client.audit.bundle;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.client.cli.CommandException;

/**
 * Rounds that somebody asks for.
 *
 * @param first from 1
 * @param last not below first; {@link #OPEN} for all that there are
 */
public record RoundRange(long first, long last) {

  /** No last round. */
  public static final long OPEN = Long.MAX_VALUE;

  public static final RoundRange ALL = new RoundRange(1, OPEN);

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,14})(?:-([1-9]\\d{0,14}))?");

  /**
   * What an option {@code --rounds} says.
   *
   * @param text like {@code 3} or {@code 3-7}, or null for all
   * @throws CommandException for any other form
   */
  public static RoundRange of(String text) {
    if (text == null) {
      return ALL;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw CommandException.usage("--rounds is like 3 or 3-7, not '%s'".formatted(text));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
    if (last < first) {
      throw CommandException.usage("--rounds: %d comes before %d".formatted(last, first));
    }
    return new RoundRange(first, last);
  }

  boolean contains(long round) {
    return round >= first && round <= last;
  }
}
