package org.fedledger.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.types.Digest;

/** An audit's findings as the document that programs read. */
public final class AuditJson {

  private AuditJson() {}

  /** The document, with all findings in the order in which they were made. */
  public static ObjectNode of(AuditReport report) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    ObjectNode federation = out.putObject("federation");
    federation.put("chainId", report.domain().chainId());
    federation.put("contract", report.domain().contract().toString());
    federation.put("name", report.name().orElse(null));
    out.put("verified", report.verified());
    ArrayNode rounds = out.putArray("rounds");
    report.rounds().forEach(round -> rounds.add(of(round)));
    ArrayNode problems = out.putArray("problems");
    for (AuditReport.Problem problem : report.problems()) {
      ObjectNode p = problems.addObject();
      p.set("round", number(problem.round()));
      p.put("who", problem.who());
      p.put("what", problem.what());
      ObjectNode evidence = p.putObject("evidence");
      problem.evidence().forEach(evidence::put);
    }
    ArrayNode gaps = out.putArray("gaps");
    for (AuditReport.Gap gap : report.gaps()) {
      ObjectNode g = gaps.addObject();
      g.set("round", number(gap.round()));
      g.put("what", gap.what());
    }
    ArrayNode notes = out.putArray("notes");
    report.notes().forEach(notes::add);
    return out;
  }

  private static ObjectNode of(AuditReport.RoundFinding round) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("round", round.round());
    out.set("version", number(round.version()));
    out.put("status", lower(round.status()));
    out.put("publishedDigest", text(round.published()));
    out.put("recomputedDigest", text(round.recomputed()));
    ArrayNode updates = out.putArray("updates");
    for (AuditReport.UpdateFinding update : round.updates()) {
      updates
          .addObject()
          .put("participant", update.participant().toString())
          .put("digest", update.digest().toString())
          .put("weight", update.weight())
          .put("status", lower(update.status()))
          .put("reason", update.reason().orElse(null));
    }
    return out;
  }

  private static JsonNode number(OptionalLong value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return value.isPresent() ? nodes.numberNode(value.getAsLong()) : nodes.nullNode();
  }

  private static String text(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse(null);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
