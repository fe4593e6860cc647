package org.fedledger.client.audit.query;

import java.util.Map;
import picocli.CommandLine.Option;

/** Which part of a list. */
final class PagingOptions {

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "most lines, up to 1000 (default: 100)")
  private String limit;

  @Option(
      names = "--cursor",
      paramLabel = "NEXT",
      description = "go on where an earlier page ended")
  private String cursor;

  @Option(names = "--newest-first", description = "the other way round")
  private boolean newestFirst;

  void addTo(Map<String, String> parameters) {
    QueryCommand.put(parameters, "limit", limit);
    QueryCommand.put(parameters, "cursor", cursor);
    QueryCommand.put(parameters, "order", newestFirst ? "newest" : null);
  }
}
