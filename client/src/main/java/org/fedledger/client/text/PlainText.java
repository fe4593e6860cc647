package org.fedledger.client.text;

import java.util.regex.Pattern;

/**
 * Text of others as a terminal may show it. Words that a node, a chain or a file gives may hold
 * anything; none of it tells a terminal what to do, or makes one line look like another.
 */
public final class PlainText {

  /** Controls, line breaks of all kinds, and marks that nobody sees, such as those of direction. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u0080-\\u009f\\u2028\\u2029]");

  private PlainText() {}

  /** The same in one line, a question mark in place of each character that is not to be seen. */
  public static String line(String text) {
    return UNSEEN.matcher(text).replaceAll("?");
  }
}
