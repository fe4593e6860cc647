package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;

/** All rules that this build has. */
public final class Rules {

  public static final List<RuleKind> KNOWN =
      List.of(FedAvg.KIND, FedAvgM.KIND, Median.KIND, Krum.KIND);

  private static final String NAME = "name";
  private static final String VERSION = "version";

  private Rules() {}

  /**
   * Reads a rule with its parameters, as plans have it.
   *
   * @throws UnknownRuleException for a rule that this build does not have
   * @throws MalformedJsonException for other parameters than the rule's; says which it has
   */
  public static Rule parse(JsonReader in) {
    String name = in.text(NAME);
    int version = (int) in.integer(VERSION, 1, Integer.MAX_VALUE);
    RuleKind kind =
        KNOWN.stream()
            .filter(k -> k.name().equals(name) && k.version() == version)
            .findFirst()
            .orElseThrow(() -> unknown(in, name, version));
    for (String key : in.keys()) {
      if (!key.equals(NAME) && !key.equals(VERSION) && !kind.parameters().contains(key)) {
        throw in.malformed(
            key,
            "%s has no such parameter; it has %s"
                .formatted(
                    kind.id(),
                    kind.parameters().isEmpty() ? "none" : String.join(", ", kind.parameters())));
      }
    }
    try {
      Rule rule = kind.parse().apply(in);
      in.end();
      return rule;
    } catch (MalformedJsonException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException(in.path() + ": " + e.getMessage(), e);
    }
  }

  private static UnknownRuleException unknown(JsonReader in, String name, int version) {
    boolean named = KNOWN.stream().anyMatch(k -> k.name().equals(name));
    return new UnknownRuleException(
        "%s.%s: the rule %s/%d is unknown; known are %s"
            .formatted(in.path(), named ? VERSION : NAME, name, version, known()));
  }

  private static String known() {
    return KNOWN.stream().map(RuleKind::id).collect(Collectors.joining(", "));
  }

  /** What {@link #parse} reads. */
  public static ObjectNode write(Rule rule) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put(NAME, rule.kind().name());
    out.put(VERSION, rule.kind().version());
    rule.write(out);
    return out;
  }

  /**
   * The newest version of a rule with the parameters that so many participants usually take.
   *
   * @throws IllegalArgumentException for an unknown name, or too few participants
   */
  public static Rule usual(String name, int participants) {
    return KNOWN.stream()
        .filter(k -> k.name().equals(name))
        .reduce((_, newer) -> newer)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the rule '%s' is unknown; known are %s".formatted(name, names())))
        .usual()
        .apply(participants);
  }

  /** The names of all rules, each once, for people. */
  public static String names() {
    return KNOWN.stream().map(RuleKind::name).distinct().collect(Collectors.joining(", "));
  }
}
