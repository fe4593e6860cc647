package org.fedledger.rule;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.fedledger.json.JsonReader;

/**
 * A rule before it has parameters.
 *
 * @param name as plans name it, such as {@code fedavg}
 * @param version from 1; any change of a single bit makes a new version
 * @param parameters the names of all its parameters
 * @param parse reads the parameters; throws {@link IllegalArgumentException} for those it refuses
 * @param usual what a federation of so many participants takes that asks for nothing else; throws
 *     {@link IllegalArgumentException} where they are too few
 */
public record RuleKind(
    String name,
    int version,
    List<String> parameters,
    Function<JsonReader, Rule> parse,
    IntFunction<Rule> usual) {

  public RuleKind {
    parameters = List.copyOf(parameters);
  }

  /** Name and version as one text, such as {@code fedavg/1}. */
  public String id() {
    return name + "/" + version;
  }
}
