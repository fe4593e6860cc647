package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "versions",
    description = "List final versions.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit versions --newest-first --limit 10 --rpc URL --contract 0x…"
    })
public final class VersionsCommand extends QueryCommand {

  @Option(
      names = "--participant",
      paramLabel = "0x…",
      description = "only those that an update of it went into directly")
  private String participant;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.VERSIONS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "participant", participant);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.versions(), answer);
  }
}
