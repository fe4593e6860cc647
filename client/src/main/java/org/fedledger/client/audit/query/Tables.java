package org.fedledger.client.audit.query;

/** What tables of each kind of item show; everything stands in {@code --json}. */
final class Tables {

  private Tables() {}

  static TextTable rounds() {
    return new TextTable()
        .number("round", "round")
        .text("status", "status")
        .number("committed", "committed")
        .number("accepted", "accepted")
        .number("rejected", "rejected")
        .number("version", "version")
        .time("opened", "timestamp");
  }

  static TextTable updates() {
    return new TextTable()
        .number("round", "round")
        .text("participant", "participant")
        .text("digest", "digest")
        .number("weight", "weight")
        .text("status", "status")
        .number("version", "version")
        .text("reason", "reason");
  }

  static TextTable publications() {
    return new TextTable()
        .number("attempt", "attempt")
        .text("aggregator", "aggregator")
        .text("model", "model")
        .cell("accepted", p -> Integer.toString(p.get("accepted").size()))
        .cell("rejected", p -> Integer.toString(p.get("rejected").size()))
        .number("matching", "matching")
        .number("differing", "differing")
        .text("status", "status")
        .text("failure", "failure");
  }

  static TextTable versions() {
    return new TextTable()
        .number("version", "version")
        .text("model", "model")
        .number("round", "round")
        .number("accepted", "accepted")
        .number("updates", "updates")
        .time("final", "timestamp");
  }

  static TextTable reachedVersions() {
    return new TextTable()
        .number("version", "version")
        .text("model", "model")
        .number("round", "round")
        .cell("update", v -> v.get("directly").booleanValue() ? "in it" : "in an ancestor")
        .time("final", "timestamp");
  }

  static TextTable participants() {
    return new TextTable()
        .number("no", "index")
        .text("participant", "participant")
        .text("status", "status")
        .number("committed", "committed")
        .number("accepted", "accepted")
        .number("rejected", "rejected")
        .number("spent", "privacySpent")
        .number("last in", "lastVersion");
  }

  static TextTable offices() {
    return new TextTable()
        .text("office", "role")
        .text("account", "account")
        .number("from round", "fromRound")
        .number("until round", "untilRound");
  }

  /** Whomever they concern. */
  static TextTable changes() {
    return changesOf(new TextTable().text("account", "account"));
  }

  /** Of one account. */
  static TextTable itsChanges() {
    return changesOf(new TextTable());
  }

  private static TextTable changesOf(TextTable begun) {
    return begun
        .text("change", "change")
        .number("round", "round")
        .cell("detail", c -> c.get("detail").isNull() ? "" : c.get("detail").textValue())
        .time("at", "timestamp");
  }

  static TextTable attestations() {
    return new TextTable()
        .number("round", "round")
        .number("attempt", "attempt")
        .text("verifier", "verifier")
        .text("status", "status")
        .text("model", "model")
        .time("at", "timestamp");
  }

  static TextTable gas() {
    return new TextTable()
        .text("kind", "kind")
        .number("transactions", "transactions")
        .number("gas", "gas")
        .number("mean", "mean");
  }

  static TextTable privacy() {
    return new TextTable()
        .number("index", "index")
        .text("participant", "participant")
        .number("spent", "spent")
        .number("in total", "totalSpent")
        .number("remaining", "remaining")
        .number("budget", "budget");
  }

  static TextTable reasons() {
    return new TextTable().text("reason", "reason").number("updates", "count");
  }
}
