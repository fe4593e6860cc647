package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "privacy",
    description = "List what each participant spent of its privacy budget, in units of 10^-9.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit privacy --rpc URL --contract 0x…"})
public final class PrivacyCommand extends QueryCommand {

  @Option(names = "--participant", paramLabel = "0x…", description = "only this one")
  private String participant;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.PRIVACY;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "participant", participant);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.privacy(), answer);
  }
}
