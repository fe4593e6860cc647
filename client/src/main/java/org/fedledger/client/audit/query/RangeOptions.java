package org.fedledger.client.audit.query;

import java.util.Map;
import picocli.CommandLine.Option;

/** From when to when. */
final class RangeOptions {

  @Option(
      names = "--from-round",
      paramLabel = "N",
      description = "what happened from the opening of this round on")
  private String fromRound;

  @Option(
      names = "--to-round",
      paramLabel = "N",
      description = "what happened before the opening of the round after this one")
  private String toRound;

  @Option(
      names = "--from-time",
      paramLabel = "TIME",
      description = "in blocks of this time or later, like 2026-11-21T08:00:00Z")
  private String fromTime;

  @Option(
      names = "--to-time",
      paramLabel = "TIME",
      description = "in blocks of this time or earlier")
  private String toTime;

  void addTo(Map<String, String> parameters) {
    QueryCommand.put(parameters, "fromRound", fromRound);
    QueryCommand.put(parameters, "toRound", toRound);
    QueryCommand.put(parameters, "fromTime", fromTime);
    QueryCommand.put(parameters, "toTime", toTime);
  }
}
