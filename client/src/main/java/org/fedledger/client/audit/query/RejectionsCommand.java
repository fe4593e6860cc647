package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rejections",
    description = "List updates that were left out of their round's result, and why.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit rejections --reason norm --rpc URL --contract 0x…"})
public final class RejectionsCommand extends QueryCommand {

  @Option(names = "--participant", paramLabel = "0x…", description = "only its updates")
  private String participant;

  @Option(names = "--reason", paramLabel = "REASON", description = "like norm, or its code")
  private String reason;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.REJECTIONS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "participant", participant);
    put(parameters, "reason", reason);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    table(Tables.reasons(), answer.get("reasons"));
    if (!answer.get("items").isEmpty()) {
      line("");
      list(Tables.updates(), answer);
    }
  }
}
