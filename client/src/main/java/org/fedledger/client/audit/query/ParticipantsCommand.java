package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "participants",
    description = "List participants, in order of admission.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit participants --rpc URL --contract 0x…"})
public final class ParticipantsCommand extends QueryCommand {

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "member or suspended, as it counts for the next round")
  private String status;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.PARTICIPANTS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "status", status);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.participants(), answer);
  }
}
