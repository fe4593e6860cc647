package org.fedledger.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.function.Consumer;
import org.fedledger.types.Digest;

/** All that happened, a line each; only its hash is kept. */
final class Trace {

  private final MessageDigest sha256 = Digest.sha256();
  private final Consumer<String> listener;
  private long lines;

  /**
   * @param listener told of every line
   */
  Trace(Consumer<String> listener) {
    this.listener = listener;
  }

  void tell(long milliseconds, String who, String what) {
    String line = plainDigits(milliseconds + " " + who + " " + what);
    sha256.update(line.getBytes(UTF_8));
    sha256.update((byte) '\n');
    lines++;
    listener.accept(line);
  }

  /** What is for people is in the digits of their locale; a trace is the same in all of them. */
  private static String plainDigits(String line) {
    if (line.chars().allMatch(c -> c < 0x80)) {
      return line;
    }
    StringBuilder plain = new StringBuilder(line);
    for (int i = 0; i < plain.length(); i++) {
      int digit = Character.digit(plain.charAt(i), 10);
      if (digit >= 0) {
        plain.setCharAt(i, (char) ('0' + digit));
      }
    }
    return plain.toString();
  }

  long lines() {
    return lines;
  }

  /** Of all lines, each with its line feed. Ends the trace. */
  Digest digest() {
    return new Digest(sha256.digest());
  }
}
