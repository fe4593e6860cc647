package org.fedledger.round;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why nobody can judge a round.
 *
 * @param what one sentence
 * @param evidence names and values that let others check it, in a telling order
 */
public record Objection(String what, Map<String, String> evidence) {

  public Objection {
    evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
  }

  /**
   * @param evidence names and values in turn
   */
  public static Objection of(String what, Object... evidence) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < evidence.length; i += 2) {
      named.put(evidence[i].toString(), evidence[i + 1].toString());
    }
    return new Objection(what, named);
  }

  @Override
  public String toString() {
    return evidence.isEmpty() ? what : "%s: %s".formatted(what, evidence);
  }
}
