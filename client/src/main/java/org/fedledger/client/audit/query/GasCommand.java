package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "gas",
    description = {
      "Sum up gas by kind of transaction.",
      "What the ledger refused is not counted: it records no events."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit gas --from-round 3 --to-round 5 --rpc URL --contract 0x…"
    })
public final class GasCommand extends QueryCommand {

  @Option(names = "--participant", paramLabel = "0x…", description = "only its commitments")
  private String participant;

  @Option(names = "--kind", paramLabel = "KIND", description = "like commit or publish")
  private String kind;

  @Mixin private RangeOptions range;

  @Override
  Question question() {
    return Question.GAS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "participant", participant);
    put(parameters, "kind", kind);
    range.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    table(Tables.gas(), answer.get("items"));
    line(
        "in total %d transactions, %d gas",
        answer.get("transactions").longValue(), answer.get("gas").longValue());
  }
}
