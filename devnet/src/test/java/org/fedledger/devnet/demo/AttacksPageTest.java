package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.devnet.demo.tamper.Moment;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.junit.jupiter.api.Test;

/** The page on attacks and the demo's frauds are the same. */
class AttacksPageTest {

  private static final Pattern ROW =
      Pattern.compile("\\|.*\\| ([a-z ]+) \\| `demo --tamper ([a-z0-9 -]+)` \\|");

  /** Command to moment, as the page has it. */
  private static Map<String, String> page() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/attacks.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(rows.put(row.group(2), row.group(1))).as(line).isNull();
      }
    }
    return rows;
  }

  @Test
  void shouldTellOfEveryFraudAndOfNoOther() throws Exception {
    List<String> kinds =
        page().keySet().stream().map(options -> options.split(" ")[0]).distinct().toList();
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(Tamper.texts());
  }

  @Test
  void shouldTellOfCollusionWhereItChangesAnything() throws Exception {
    for (Tamper kind : Tamper.values()) {
      assertThat(page().containsKey(kind.text() + " --collude"))
          .as(kind.text())
          .isEqualTo(kind.colludes());
    }
  }

  @Test
  void shouldSayWhenEachIsCaughtAsItsStoryIsTested() throws Exception {
    Map<String, String> tested = new TreeMap<>();
    TamperIT.stories()
        .forEach(
            story -> {
              String caught = (String) story.get()[1];
              for (Moment moment : Moment.values()) {
                if (caught.endsWith(" " + moment.text())) {
                  tested.put((String) story.get()[0], moment.text());
                }
              }
            });
    assertThat(tested).containsAllEntriesOf(page());
  }
}
