package org.fedledger.devnet.demo.tamper;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a fraud came to light.
 *
 * @param by who caught it
 * @param evidence names and values that let others check it, in a telling order
 */
public record Caught(DefenceLayer layer, Moment when, String by, Map<String, String> evidence) {

  public Caught {
    evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
  }

  /** The same with more evidence after it. */
  Caught and(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(evidence);
    all.putAll(more);
    return new Caught(layer, when, by, all);
  }
}
