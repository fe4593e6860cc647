package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;

@Command(
    name = "federation",
    description = "Show the founding, who was ever in office, and how much there is.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit federation --rpc URL --contract 0x…"})
public final class FoundingCommand extends QueryCommand {

  @Override
  Question question() {
    return Question.FEDERATION;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    // It takes none.
  }

  @Override
  void show(JsonNode answer) {
    line("federation    %s", answer.get("federation").textValue());
    line("founded       %s", TextTable.time(answer.get("timestamp")));
    line("spec          %s", answer.get("spec").textValue());
    line("quorum        %s", answer.get("quorum"));
    line("attestations  %s", answer.get("attestationThreshold"));
    line(
        "record        %s participants, %s rounds, %s updates, %s versions",
        answer.get("participants"),
        answer.get("rounds"),
        answer.get("updates"),
        answer.get("versions"));
    line("closed        %s", answer.get("closed").booleanValue() ? "yes" : "no");
    line("");
    table(Tables.offices(), answer.get("offices"));
  }
}
