package org.fedledger.devnet.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A fraud that the demo commits, to show that the audit names it. */
enum Tamper {
  /** One byte of a stored update is changed after the last round. */
  UPDATE_BYTE,
  /** The aggregator publishes one weight one ulp off, and the rounds go on from there. */
  AGGREGATE_ULP;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> texts() {
    return Arrays.stream(values()).map(Tamper::text).toList();
  }

  /**
   * @throws IllegalArgumentException for a kind that is not known
   */
  static Tamper of(String text) {
    return Arrays.stream(values())
        .filter(tamper -> tamper.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--tamper takes %s, not '%s'".formatted(String.join(" or ", texts()), text)));
  }
}
