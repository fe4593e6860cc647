package org.fedledger.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which build this is. */
final class BuildInfo {

  static final String VERSION = read();

  private BuildInfo() {}

  private static String read() {
    try (InputStream in = BuildInfo.class.getResourceAsStream("version")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource version");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
