package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.junit.jupiter.api.Test;

class RulesTest {

  private static final String KNOWN =
      Rules.KNOWN.stream().map(RuleKind::id).collect(Collectors.joining(", "));

  @Test
  void shouldReadBackEveryRuleThatItWrote() {
    for (RuleKind kind : Rules.KNOWN) {
      Rule rule = kind.usual().apply(9);
      assertThat(Rules.parse(JsonReader.of("rule", Rules.write(rule)))).isEqualTo(rule);
      assertThat(Rules.write(rule)).hasSize(2 + kind.parameters().size());
    }
  }

  @Test
  void shouldNameEachRuleOnce() {
    assertThat(Rules.KNOWN).extracting(RuleKind::id).doesNotHaveDuplicates().contains("fedavg/1");
  }

  @Test
  void shouldHaveAVectorFolderAndAChapterForEveryRule() throws IOException {
    String chapters =
        Files.readString(Path.of(System.getProperty("fedledger.home"), "docs/rules.md"));
    for (RuleKind kind : Rules.KNOWN) {
      assertThat(RuleVector.of(kind)).isNotEmpty();
      assertThat(chapters).contains("\n## `%s`\n".formatted(kind.id()));
    }
  }

  @Test
  void shouldRefuseARuleThatItDoesNotHave() {
    assertThatThrownBy(() -> parse("{\"name\":\"fedprox\",\"version\":1}"))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessage("rule.name: the rule fedprox/1 is unknown; known are " + KNOWN);
    assertThatThrownBy(() -> parse("{\"name\":\"fedavg\",\"version\":2,\"serverRate\":1}"))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessage("rule.version: the rule fedavg/2 is unknown; known are " + KNOWN);
  }

  @Test
  void shouldRefuseOtherParametersThanTheRules() {
    refused("{\"name\":\"fedavg\",\"version\":1}", "rule.serverRate: missing");
    refused(
        "{\"name\":\"krum\",\"version\":1,\"byzantine\":1,\"serverRate\":1}",
        "rule.serverRate: krum/1 has no such parameter; it has byzantine");
    refused(
        "{\"name\":\"median\",\"version\":1,\"trim\":1}",
        "rule.trim: median/1 has no such parameter; it has none");
    refused("{\"name\":\"krum\",\"version\":1,\"byzantine\":-1}", "rule.byzantine: ");
    refused(
        "{\"name\":\"fedavgm\",\"version\":1,\"serverRate\":1,\"momentum\":1}",
        "rule: momentum is at least 0 and below 1, not 1.0");
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(MalformedJsonException.class)
        .isNotInstanceOf(UnknownRuleException.class)
        .hasMessageStartingWith(why);
  }

  private static Rule parse(String text) throws IOException {
    return Rules.parse(JsonReader.of("rule", new ObjectMapper().readTree(text)));
  }
}
