package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "version",
    description = "Show a version, and the updates that went into it directly.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit version 3 --rpc URL --contract 0x…"})
public final class VersionCommand extends QueryCommand {

  @Parameters(paramLabel = "N", description = "the version's number, from 0")
  private String number;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.VERSION;
  }

  @Override
  String subject() {
    return number;
  }

  @Override
  String absent() {
    return "version %s is not final yet".formatted(number);
  }

  @Override
  void addTo(Map<String, String> parameters) {
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    JsonNode version = answer.get("version");
    line("version  %s", version.get("version"));
    line("model    %s", version.get("model").textValue());
    line("parent   %s", version.get("parent").textValue());
    line("round    %s", TextTable.number(version.get("round")));
    line("final    %s", TextTable.time(version.get("timestamp")));
    line("updates  %s, with its ancestors %s", version.get("accepted"), version.get("updates"));
    line("");
    list(Tables.updates(), answer);
  }
}
