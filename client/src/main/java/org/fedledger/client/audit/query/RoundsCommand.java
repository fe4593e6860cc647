package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rounds",
    description = "List rounds, by their opening.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit rounds --status aborted --rpc URL --contract 0x…"})
public final class RoundsCommand extends QueryCommand {

  @Option(names = "--participant", paramLabel = "0x…", description = "only those it committed in")
  private String participant;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "committing, publishing, attesting, final or aborted")
  private String status;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.ROUNDS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "participant", participant);
    put(parameters, "status", status);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.rounds(), answer);
  }
}
