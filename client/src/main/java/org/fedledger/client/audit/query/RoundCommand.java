package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "round",
    description = "Show a round: its terms, attempts, and every committed update.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit round 3 --rpc URL --contract 0x…"})
public final class RoundCommand extends QueryCommand {

  @Parameters(paramLabel = "N", description = "the round's number, from 1")
  private String number;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.ROUND;
  }

  @Override
  String subject() {
    return number;
  }

  @Override
  String absent() {
    return "round %s was not opened yet".formatted(number);
  }

  @Override
  void addTo(Map<String, String> parameters) {
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    JsonNode round = answer.get("round");
    line("round      %s, %s", round.get("round"), round.get("status").textValue());
    line("round id   %s", round.get("roundId").textValue());
    line("plan       %s", round.get("plan").textValue());
    line("base       version %s, %s", round.get("baseVersion"), round.get("baseModel").textValue());
    line("opened     %s", TextTable.time(round.get("timestamp")));
    line("committed  %s of %s members", round.get("committed"), round.get("members"));
    if (round.hasNonNull("version")) {
      line("version    %s", round.get("version"));
    }
    if (round.hasNonNull("abortReason")) {
      line("aborted    %s", TextTable.text(round.get("abortReason")));
    }
    if (!answer.get("publications").isEmpty()) {
      line("");
      table(Tables.publications(), answer.get("publications"));
    }
    line("");
    list(Tables.updates(), answer);
  }
}
