package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.fedledger.index.Question;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "attestations",
    description = "List what verifiers said of publications.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger audit attestations --status differ --rpc URL --contract 0x…"})
public final class AttestationsCommand extends QueryCommand {

  @Option(names = "--verifier", paramLabel = "0x…", description = "only this one's")
  private String verifier;

  @Option(names = "--status", paramLabel = "STATUS", description = "match, differ or lack")
  private String status;

  @Mixin private RangeOptions range;

  @Mixin private PagingOptions paging;

  @Override
  Question question() {
    return Question.ATTESTATIONS;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    put(parameters, "verifier", verifier);
    put(parameters, "status", status);
    range.addTo(parameters);
    paging.addTo(parameters);
  }

  @Override
  void show(JsonNode answer) {
    list(Tables.attestations(), answer);
  }
}
