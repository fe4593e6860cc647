package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "changes",
    description = {
      "List changes of offices, keys, budgets and bases,",
      "with the approvals, recoveries and vetoes on the way to them."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit changes --kind key-recovered --rpc URL --contract 0x…"})
public final class ChangesCommand extends QueryCommand {

  @Option(names = "--account", paramLabel = "0x…", description = "only those that concern this one")
  private String account;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "like key-rotated, recovery-requested or governance-approved")
  private String kind;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.CHANGES;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "account", account);
    put(parameters, "kind", kind);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.changes(), answer);
  }
}
