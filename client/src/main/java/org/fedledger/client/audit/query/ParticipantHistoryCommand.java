package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "participant",
    description = "Show a participant: what it committed, what was accepted, and why not.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit participant 0x… --rpc URL --contract 0x…"})
public final class ParticipantHistoryCommand extends QueryCommand {

  @Parameters(paramLabel = "0x…", description = "its first admitted address")
  private String address;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "of its updates: pending, accepted, rejected or unused")
  private String status;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.PARTICIPANT;
  }

  @Override
  String subject() {
    return address.toLowerCase(Locale.ROOT);
  }

  @Override
  String absent() {
    return "%s was never admitted as a participant".formatted(address);
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "status", status);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    JsonNode participant = answer.get("participant");
    line("participant  %s", participant.get("participant").textValue());
    line("signs as     %s", participant.get("signer").textValue());
    line("status       %s", participant.get("status").textValue());
    line(
        "updates      %s committed, %s accepted, %s rejected",
        participant.get("committed"), participant.get("accepted"), participant.get("rejected"));
    line(
        "privacy      %s of %s spent, in units of 10^-9",
        participant.get("privacySpent").asText(), participant.get("privacyBudget").asText());
    line("");
    table(Tables.itsChanges(), answer.get("changes"));
    line("");
    list(Tables.updates(), answer);
  }
}
