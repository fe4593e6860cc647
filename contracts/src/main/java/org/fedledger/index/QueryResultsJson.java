package org.fedledger.index;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.tensor.BlobId;

/**
 * The one JSON form of the queries' answers. Unsigned numbers beyond 2^53-1 are decimal strings;
 * times are seconds since 1970 UTC; what is not there is null.
 */
final class QueryResultsJson {

  private QueryResultsJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode of(IndexedTo at) {
    return object()
        .put("block", at.block())
        .put("hash", at.hash().toString())
        .put("timestamp", at.timestamp());
  }

  /** Adds a list and where its next part begins. */
  static <T> void page(ObjectNode out, Page<T> page, Function<T, ObjectNode> form) {
    list(out, "items", page.items(), form);
    out.put("next", page.next().orElse(null));
  }

  static <T> void list(ObjectNode out, String name, List<T> items, Function<T, ObjectNode> form) {
    ArrayNode list = out.putArray(name);
    items.forEach(item -> list.add(form.apply(item)));
  }

  static ObjectNode of(QueryResults.Founded f) {
    ObjectNode out = object();
    out.put("federation", f.federation().toString());
    out.put("spec", f.spec().toString());
    out.put("quorum", f.quorum());
    out.put("attestationThreshold", f.attestationThreshold());
    out.put("recoverySeconds", f.recoverySeconds());
    out.put("closed", f.closed());
    place(out, f.place());
    out.put("rounds", f.counts().rounds());
    out.put("versions", f.counts().versions());
    out.put("participants", f.counts().participants());
    out.put("updates", f.counts().commitments());
    list(
        out,
        "offices",
        f.offices(),
        o -> {
          ObjectNode office = object().put("role", o.role()).put("account", o.account().toString());
          tenure(office, o.tenure());
          return office;
        });
    return out;
  }

  static ObjectNode of(QueryResults.Round r) {
    ObjectNode out = object();
    out.put("round", r.round());
    out.put("roundId", r.id().toString());
    out.put("status", lower(r.phase()));
    out.put("plan", r.opening().plan().toString());
    unsigned(out, "planSize", r.opening().planSize());
    out.put("baseVersion", r.opening().baseVersion());
    out.put("baseModel", r.opening().baseModel().toString());
    out.put("baseState", r.opening().baseState().toString());
    out.put("weightCap", r.opening().weightCap());
    out.put("commitDeadline", r.opening().commitDeadline());
    list(
        out,
        "laterStages",
        r.opening().later(),
        s -> object().put("seconds", s.seconds()).put("threshold", s.threshold()));
    out.put("revealSeconds", r.opening().revealSeconds());
    out.put("publicationSeconds", r.opening().publicationSeconds());
    out.put("attestationSeconds", r.opening().attestationSeconds());
    out.put("attemptLimit", r.opening().attempts());
    out.put("drawThreshold", r.opening().drawThreshold().toString());
    out.put("drawn", r.opening().drawn());
    out.put("stage", r.stage());
    out.put("stageDeadline", r.stageDeadline());
    number(out, "revealDeadline", r.revealDeadline());
    out.put("members", r.members());
    out.put("verifiers", r.verifiers());
    out.put("attestationThreshold", r.attestationThreshold());
    out.put("committed", r.committed());
    number(out, "accepted", r.accepted());
    number(out, "rejected", r.rejected());
    out.put("attempts", r.attempts());
    number(out, "version", r.version());
    out.put("abortReason", r.abortReason().map(Enum::name).orElse(null));
    place(out, r.opened());
    out.set("ended", r.ended().map(p -> place(object(), p)).orElse(null));
    return out;
  }

  static ObjectNode of(QueryResults.Commitment c) {
    ObjectNode out = object();
    out.put("round", c.round());
    out.put("stage", c.stage());
    out.put("participant", c.participant().toString());
    out.put("index", c.index());
    out.put("digest", c.digest().toString());
    unsigned(out, "size", c.size());
    unsigned(out, "weight", c.weight());
    unsigned(out, "privacyCost", c.privacyCost());
    out.put("status", c.outcome().text());
    number(out, "version", c.version());
    reason(out, c.rejection());
    out.put("signature", c.signature().toString());
    return place(out, c.place());
  }

  static ObjectNode of(QueryResults.Publication p) {
    ObjectNode out = object();
    out.put("round", p.round());
    out.put("attempt", p.attempt());
    out.put("publicationId", p.id().toString());
    out.put("aggregator", p.aggregator().toString());
    out.put("status", lower(p.status()));
    out.put("failure", p.failure().map(Enum::name).orElse(null));
    blobs(out, p.model(), p.state());
    ArrayNode accepted = out.putArray("accepted");
    p.accepted().forEach(a -> accepted.add(a.toString()));
    list(
        out,
        "rejected",
        p.rejected(),
        r -> {
          ObjectNode refusal = object().put("participant", r.participant().toString());
          reason(refusal, Optional.of(r.rejection()));
          return refusal;
        });
    out.put("matching", p.matching());
    out.put("differing", p.differing());
    out.put("lacking", p.lacking());
    out.put("signature", p.signature().toString());
    return place(out, p.place());
  }

  static ObjectNode of(QueryResults.Attestation a) {
    ObjectNode out = object();
    out.put("round", a.round());
    out.put("attempt", a.attempt());
    out.put("publicationId", a.publication().toString());
    out.put("verifier", a.verifier().toString());
    out.put("status", lower(a.finding()));
    out.put("model", a.model().toString());
    out.put("state", a.state().toString());
    out.put("lacking", a.lacking().toString());
    out.put("signature", a.signature().toString());
    return place(out, a.place());
  }

  static ObjectNode of(QueryResults.Version v) {
    ObjectNode out = object();
    out.put("version", v.version());
    blobs(out, v.model(), v.state());
    out.put("parent", v.parent().toString());
    number(out, "round", v.round());
    number(out, "attempt", v.attempt());
    out.put("accepted", v.accepted());
    out.put("updates", v.updates());
    return place(out, v.place());
  }

  static ObjectNode of(QueryResults.Participant p) {
    ObjectNode out = object();
    out.put("participant", p.address().toString());
    out.put("index", p.index());
    out.put("signer", p.signer().toString());
    out.put("status", p.member() ? "member" : "suspended");
    tenure(out, p.tenure());
    out.put("committed", p.committed());
    out.put("accepted", p.accepted());
    out.put("rejected", p.rejected());
    unsigned(out, "privacyBudget", p.privacyBudget());
    unsigned(out, "privacySpent", p.privacySpent());
    number(out, "firstVersion", p.firstVersion());
    number(out, "lastVersion", p.lastVersion());
    out.put("commitGas", p.gas());
    return place(out, p.admitted());
  }

  static ObjectNode of(QueryResults.Change c) {
    ObjectNode out = object();
    out.put("change", c.kind().text());
    out.put("account", c.account().toString());
    number(out, "round", c.round());
    out.put("detail", c.detail().orElse(null));
    return place(out, c.place());
  }

  static ObjectNode of(QueryResults.ReasonCount r) {
    return object().put("reason", r.reason()).put("code", r.code()).put("count", r.count());
  }

  static ObjectNode of(QueryResults.Gas g) {
    return object()
        .put("kind", g.kind().text())
        .put("transactions", g.transactions())
        .put("gas", g.gas())
        .put("mean", Math.round((double) g.gas() / g.transactions()));
  }

  static ObjectNode of(QueryResults.Privacy p) {
    ObjectNode out = object();
    out.put("participant", p.participant().toString());
    out.put("index", p.index());
    unsigned(out, "budget", p.budget());
    unsigned(out, "spent", p.spent());
    unsigned(out, "totalSpent", p.totalSpent());
    unsigned(out, "remaining", p.remaining());
    return out;
  }

  static ObjectNode of(QueryResults.ReachedVersion v) {
    return of(v.version()).put("directly", v.directly());
  }

  private static void blobs(ObjectNode out, BlobId model, BlobId state) {
    out.put("model", model.digest().toString());
    unsigned(out, "modelSize", model.size());
    out.put("state", state.digest().toString());
    unsigned(out, "stateSize", state.size());
  }

  /** A code that has no name here stands as its number, in a string. */
  private static void reason(ObjectNode out, Optional<Rejection> rejection) {
    out.put("reason", rejection.map(r -> reasonName(r.code())).orElse(null));
  }

  private static void tenure(ObjectNode out, Tenure tenure) {
    out.put("fromRound", tenure.from());
    out.put("untilRound", tenure.until() == Tenure.OPEN ? null : (Long) tenure.until());
  }

  private static ObjectNode place(ObjectNode out, QueryResults.Place place) {
    return out.put("block", place.block())
        .put("timestamp", place.timestamp())
        .put("transaction", place.transaction().toString())
        .put("gas", place.gas());
  }

  static void number(ObjectNode out, String name, OptionalLong value) {
    out.put(name, value.isPresent() ? (Long) value.getAsLong() : null);
  }

  private static void unsigned(ObjectNode out, String name, long value) {
    if (value >= 0 && value <= CanonicalJson.MAX_INTEGER) {
      out.put(name, value);
    } else {
      out.put(name, Long.toUnsignedString(value));
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** A code that has no name here is its number. */
  static String reasonName(int code) {
    Reason reason = Reason.ofCode(code);
    return reason == Reason.UNKNOWN ? Integer.toString(code) : reason.name();
  }
}
