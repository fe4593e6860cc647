package org.fedledger.verify;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.fedledger.types.Address;
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
    report.problems().forEach(problem -> problems.add(of(problem)));
    ArrayNode gaps = out.putArray("gaps");
    report.gaps().forEach(gap -> gaps.add(of(gap)));
    ArrayNode notes = out.putArray("notes");
    report.notes().forEach(notes::add);
    return out;
  }

  /**
   * The same document, a round at a time.
   *
   * @param out which can write trees; left open
   */
  public static void write(AuditSummary summary, AuditSpool rounds, JsonGenerator out)
      throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart("federation");
    out.writeNumberField("chainId", summary.domain().chainId());
    out.writeStringField("contract", summary.domain().contract().toString());
    out.writeStringField("name", summary.name().orElse(null));
    out.writeEndObject();
    out.writeBooleanField("verified", summary.verified());
    out.writeObjectFieldStart("head");
    out.writeNumberField("number", summary.head().number());
    out.writeStringField("hash", summary.head().hash().toString());
    out.writeEndObject();
    out.writeFieldName("sinceRound");
    out.writeTree(number(summary.since()));
    array(out, "rounds", summary.whole(), rounds, part -> part.finding().map(AuditJson::of));
    array(out, "problems", summary.whole(), rounds, part -> part.problems(), AuditJson::of);
    array(out, "gaps", summary.whole(), rounds, part -> part.gaps(), AuditJson::of);
    array(out, "notes", summary.whole(), rounds, part -> part.notes(), TextNode::valueOf);
    out.writeEndObject();
  }

  private static void array(
      JsonGenerator out,
      String name,
      AuditPart whole,
      AuditSpool rounds,
      Function<AuditPart, Optional<ObjectNode>> one)
      throws IOException {
    array(out, name, whole, rounds, part -> one.apply(part).stream().toList(), node -> node);
  }

  private static <T> void array(
      JsonGenerator out,
      String name,
      AuditPart whole,
      AuditSpool rounds,
      Function<AuditPart, List<T>> elements,
      Function<T, ? extends JsonNode> node)
      throws IOException {
    out.writeArrayFieldStart(name);
    AuditPart.Sink each =
        part -> {
          for (T element : elements.apply(part)) {
            out.writeTree(node.apply(element));
          }
        };
    each.take(whole);
    rounds.forEach(each);
    out.writeEndArray();
  }

  /** One part, from which {@link #part} makes it again. */
  static ObjectNode of(AuditPart part) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    part.finding().ifPresent(finding -> out.set("round", of(finding)));
    ArrayNode problems = out.putArray("problems");
    part.problems().forEach(problem -> problems.add(of(problem)));
    ArrayNode gaps = out.putArray("gaps");
    part.gaps().forEach(gap -> gaps.add(of(gap)));
    ArrayNode notes = out.putArray("notes");
    part.notes().forEach(notes::add);
    return out;
  }

  static AuditPart part(JsonNode in) {
    List<AuditReport.Problem> problems = new ArrayList<>();
    for (JsonNode p : in.get("problems")) {
      Map<String, String> evidence = new LinkedHashMap<>();
      p.get("evidence").properties().forEach(e -> evidence.put(e.getKey(), e.getValue().asText()));
      problems.add(
          new AuditReport.Problem(
              number(p.get("round")), p.get("who").asText(), p.get("what").asText(), evidence));
    }
    List<AuditReport.Gap> gaps = new ArrayList<>();
    in.get("gaps")
        .forEach(
            g -> gaps.add(new AuditReport.Gap(number(g.get("round")), g.get("what").asText())));
    List<String> notes = new ArrayList<>();
    in.get("notes").forEach(n -> notes.add(n.asText()));
    return new AuditPart(
        Optional.ofNullable(in.get("round")).map(AuditJson::finding), problems, gaps, notes);
  }

  private static AuditReport.RoundFinding finding(JsonNode in) {
    List<AuditReport.UpdateFinding> updates = new ArrayList<>();
    for (JsonNode u : in.get("updates")) {
      updates.add(
          new AuditReport.UpdateFinding(
              Address.of(u.get("participant").asText()),
              Digest.of(u.get("digest").asText()),
              u.get("weight").asLong(),
              AuditReport.UpdateStatus.valueOf(upper(u.get("status"))),
              Optional.ofNullable(u.get("reason").textValue())));
    }
    return new AuditReport.RoundFinding(
        in.get("round").asLong(),
        number(in.get("version")),
        AuditReport.RoundStatus.valueOf(upper(in.get("status"))),
        Optional.ofNullable(in.get("publishedDigest").textValue()).map(Digest::of),
        Optional.ofNullable(in.get("recomputedDigest").textValue()).map(Digest::of),
        updates);
  }

  private static ObjectNode of(AuditReport.Problem problem) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.set("round", number(problem.round()));
    out.put("who", problem.who());
    out.put("what", problem.what());
    ObjectNode evidence = out.putObject("evidence");
    problem.evidence().forEach(evidence::put);
    return out;
  }

  private static ObjectNode of(AuditReport.Gap gap) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.set("round", number(gap.round()));
    out.put("what", gap.what());
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

  private static OptionalLong number(JsonNode value) {
    return value.isNull() ? OptionalLong.empty() : OptionalLong.of(value.asLong());
  }

  private static String upper(JsonNode value) {
    return value.asText().toUpperCase(Locale.ROOT);
  }

  private static String text(Optional<Digest> digest) {
    return digest.map(Digest::toString).orElse(null);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
