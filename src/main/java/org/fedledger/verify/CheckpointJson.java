package org.fedledger.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.ApprovedBase;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Recovery;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/**
 * Checkpoints as files: canonical JSON, a version, and a SHA-256 of the content beside it, which
 * shows damage, not forgery.
 */
public final class CheckpointJson {

  private static final String VERSION = "1";

  private CheckpointJson() {}

  public static byte[] write(Checkpoint checkpoint) {
    ObjectNode content = content(checkpoint);
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("fedledgerCheckpoint", VERSION);
    out.put("digest", Digest.ofContent(CanonicalJson.write(content)).toString());
    out.set("content", content);
    return CanonicalJson.write(out);
  }

  /**
   * @throws MalformedJsonException for any other file than {@link #write} gives
   */
  public static Checkpoint parse(byte[] file) {
    JsonReader in = JsonReader.of("checkpoint", CanonicalJson.parse(file));
    String version = in.text("fedledgerCheckpoint");
    if (!version.equals(VERSION)) {
      throw in.malformed(
          "fedledgerCheckpoint", "version %s is unknown; known is 1".formatted(version));
    }
    Digest digest = in.text("digest", Digest::of);
    if (!digest.equals(Digest.ofContent(CanonicalJson.write(in.node("content"))))) {
      throw in.malformed("digest", "the content is not what was written: the file is damaged");
    }
    Checkpoint checkpoint = content(in.object("content"));
    in.end();
    return checkpoint;
  }

  private static ObjectNode content(Checkpoint c) {
    FederationState s = c.state();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", c.domain().chainId());
    out.put("contract", c.domain().contract().toString());
    out.put("federation", s.federation().toString());
    out.put("founding", c.founding().toString());
    block(out.putObject("block"), s.at());
    out.put("logIndex", c.logIndex());
    created(out.putObject("created"), s.created());
    out.put("coordinator", s.coordinator().toString());
    s.successor().ifPresent(successor -> out.put("successor", successor.toString()));
    s.claimReadyAt().ifPresent(readyAt -> out.put("claimReadyAt", readyAt));
    out.put("governanceNonce", s.governanceNonce());
    out.put("attestationThreshold", s.attestationThreshold());
    ArrayNode participants = out.putArray("participants");
    s.participants().values().forEach(p -> participant(participants.addObject(), p));
    tenures(out.putArray("verifiers"), s.verifiers());
    tenures(out.putArray("aggregators"), s.aggregators());
    ArrayNode auditors = out.putArray("auditors");
    s.auditors().forEach(a -> auditors.add(a.toString()));
    head(out.putObject("head"), s.head());
    s.approvedBase()
        .ifPresent(
            base -> {
              out.put("approvedBase", base.version());
              out.put("approvedFromRound", base.fromRound());
            });
    round(out.putObject("round"), s.round().orElseThrow());
    out.put("closed", s.closed());
    return out;
  }

  private static Checkpoint content(JsonReader in) {
    SigningDomain domain =
        new SigningDomain(integer(in, "chainId"), in.text("contract", Address::of));
    BlockRef block = block(in.object("block"));
    LedgerEvent.FederationCreated created = created(in.object("created"));
    if (!in.text("federation", FederationId::of).equals(created.federation())) {
      throw in.malformed("federation", "it is not the one that was created");
    }
    TreeMap<Address, ParticipantRecord> participants = new TreeMap<>();
    in.objects("participants", CheckpointJson::participant)
        .forEach(p -> participants.put(p.address(), p));
    FederationState state =
        new FederationState(
            created,
            in.text("coordinator", Address::of),
            in.optional("successor", (r, key) -> r.text(key, Address::of)),
            in.optional("claimReadyAt", CheckpointJson::integer),
            integer(in, "governanceNonce"),
            (int) in.integer("attestationThreshold", 0, Integer.MAX_VALUE),
            Collections.unmodifiableSortedMap(participants),
            tenures(in, "verifiers"),
            tenures(in, "aggregators"),
            Collections.unmodifiableSortedSet(new TreeSet<>(in.texts("auditors", Address::of))),
            head(in.object("head")),
            in.optional(
                "approvedBase",
                (r, key) -> new ApprovedBase(integer(r, key), integer(r, "approvedFromRound"))),
            Optional.of(round(in.object("round"), block)),
            in.flag("closed"),
            block);
    Checkpoint checkpoint =
        new Checkpoint(
            domain,
            in.text("founding", TransactionHash::of),
            state,
            (int) in.integer("logIndex", 0, Integer.MAX_VALUE));
    in.end();
    return checkpoint;
  }

  private static void block(ObjectNode out, BlockRef block) {
    out.put("number", block.number());
    out.put("hash", block.hash().toString());
    out.put("parent", block.parent().toString());
    out.put("timestamp", block.timestamp());
  }

  private static BlockRef block(JsonReader in) {
    BlockRef block =
        new BlockRef(
            integer(in, "number"),
            in.text("hash", BlockHash::of),
            in.text("parent", BlockHash::of),
            integer(in, "timestamp"));
    in.end();
    return block;
  }

  private static void created(ObjectNode out, LedgerEvent.FederationCreated e) {
    out.put("federation", e.federation().toString());
    out.put("spec", e.spec().toString());
    out.put("model", e.model().toString());
    out.put("modelSize", e.modelSize());
    out.put("state", e.state().toString());
    out.put("stateSize", e.stateSize());
    out.put("quorum", e.quorum());
    out.put("attestationThreshold", e.attestationThreshold());
    out.put("recoverySeconds", e.recoverySeconds());
    e.successor().ifPresent(successor -> out.put("successor", successor.toString()));
  }

  private static LedgerEvent.FederationCreated created(JsonReader in) {
    LedgerEvent.FederationCreated created =
        new LedgerEvent.FederationCreated(
            in.text("federation", FederationId::of),
            in.text("spec", Digest::of),
            in.text("model", Digest::of),
            integer(in, "modelSize"),
            in.text("state", Digest::of),
            integer(in, "stateSize"),
            (int) in.integer("quorum", 0, Integer.MAX_VALUE),
            (int) in.integer("attestationThreshold", 0, Integer.MAX_VALUE),
            integer(in, "recoverySeconds"),
            in.optional("successor", (r, key) -> r.text(key, Address::of)));
    in.end();
    return created;
  }

  /** The largest file, of 4,096 participants, stays below the bound of canonical JSON. */
  private static void participant(ObjectNode out, ParticipantRecord p) {
    out.put("address", p.address().toString());
    out.put("index", p.index());
    if (!p.signer().equals(p.address())) {
      out.put("signer", p.signer().toString());
    }
    if (p.keyChanges() != 0) {
      out.put("keyChanges", p.keyChanges());
    }
    p.recoveredFrom().ifPresent(round -> out.put("recoveredFrom", round));
    p.recovery()
        .ifPresent(
            r ->
                out.putObject("recovery")
                    .put("signer", r.signer().toString())
                    .put("readyAt", r.readyAt()));
    tenure(out, p.tenure());
    if (p.privacyBudget() != -1L) {
      out.put("budget", Long.toUnsignedString(p.privacyBudget()));
    }
    if (p.privacySpent() != 0) {
      out.put("spent", Long.toUnsignedString(p.privacySpent()));
    }
  }

  private static ParticipantRecord participant(JsonReader in) {
    Address address = in.text("address", Address::of);
    ParticipantRecord p =
        new ParticipantRecord(
            address,
            (int) in.integer("index", 0, Integer.MAX_VALUE),
            in.optional("signer", (r, key) -> r.text(key, Address::of)).orElse(address),
            in.optional("keyChanges", CheckpointJson::integer).orElse(0L),
            in.optional("recoveredFrom", CheckpointJson::integer),
            in.optional("recovery", (r, key) -> recovery(r.object(key))),
            tenure(in),
            in.optional("budget", (r, key) -> r.text(key, Long::parseUnsignedLong)).orElse(-1L),
            in.optional("spent", (r, key) -> r.text(key, Long::parseUnsignedLong)).orElse(0L),
            // Not kept: no check looks at it, and it would be one number more for each.
            0);
    in.end();
    return p;
  }

  private static Recovery recovery(JsonReader in) {
    Recovery recovery = new Recovery(in.text("signer", Address::of), integer(in, "readyAt"));
    in.end();
    return recovery;
  }

  private static void tenure(ObjectNode out, Tenure tenure) {
    out.put("from", tenure.from());
    if (tenure.until() != Tenure.OPEN) {
      out.put("until", tenure.until());
    }
  }

  private static Tenure tenure(JsonReader in) {
    return new Tenure(
        integer(in, "from"), in.optional("until", CheckpointJson::integer).orElse(Tenure.OPEN));
  }

  private static void tenures(ArrayNode out, SortedMap<Address, Tenure> tenures) {
    tenures.forEach(
        (account, tenure) -> tenure(out.addObject().put("address", account.toString()), tenure));
  }

  private static SortedMap<Address, Tenure> tenures(JsonReader in, String key) {
    TreeMap<Address, Tenure> tenures = new TreeMap<>();
    List<Address> unused =
        in.objects(
            key,
            r -> {
              Address account = r.text("address", Address::of);
              tenures.put(account, tenure(r));
              r.end();
              return account;
            });
    if (unused.size() != tenures.size()) {
      throw in.malformed(key, "an address stands there twice");
    }
    return Collections.unmodifiableSortedMap(tenures);
  }

  private static void head(ObjectNode out, ModelVersion v) {
    out.put("version", v.version());
    out.put("model", v.model().toString());
    out.put("modelSize", v.modelSize());
    out.put("state", v.state().toString());
    out.put("stateSize", v.stateSize());
    out.put("parent", v.parent().toString());
    v.origin().ifPresent(origin -> origin(out.putObject("origin"), origin));
  }

  private static void origin(ObjectNode out, ModelVersion.Origin origin) {
    out.put("round", origin.round().toString());
    out.put("number", origin.number());
    out.put("publisher", origin.publisher().toString());
  }

  private static ModelVersion head(JsonReader in) {
    ModelVersion head =
        new ModelVersion(
            integer(in, "version"),
            in.text("model", Digest::of),
            integer(in, "modelSize"),
            in.text("state", Digest::of),
            integer(in, "stateSize"),
            in.text("parent", Digest::of),
            in.optional("origin", (r, key) -> origin(r.object(key))));
    in.end();
    return head;
  }

  private static ModelVersion.Origin origin(JsonReader in) {
    ModelVersion.Origin origin =
        new ModelVersion.Origin(
            in.text("round", RoundId::of),
            integer(in, "number"),
            in.text("publisher", Address::of));
    in.end();
    return origin;
  }

  private static void round(ObjectNode out, Round round) {
    LedgerEvent.RoundOpened o = round.opened();
    out.put("number", o.round());
    out.put("id", o.roundId().toString());
    out.put("plan", o.opening().plan().toString());
    out.put("planSize", Long.toUnsignedString(o.opening().planSize()));
    out.put("baseVersion", o.opening().baseVersion());
    out.put("baseModel", o.opening().baseModel().toString());
    out.put("baseState", o.opening().baseState().toString());
    out.put("commitDeadline", o.opening().commitDeadline());
    out.put("laterStages", o.opening().laterStages().toString());
    out.put("revealSeconds", o.opening().revealSeconds());
    out.put("publicationSeconds", o.opening().publicationSeconds());
    out.put("attestationSeconds", o.opening().attestationSeconds());
    out.put("attempts", o.opening().attempts());
    out.put("drawThreshold", o.opening().drawThreshold().toString());
    out.put("drawn", o.opening().drawn());
    out.put("weightCap", o.opening().weightCap());
    out.put("members", o.members());
    out.put("verifiers", o.verifiers());
    out.put("attestationThreshold", o.attestationThreshold());
    out.put("version", round.version());
    round.abortReason().ifPresent(reason -> out.put("abortReason", reason.code()));
  }

  private static Round round(JsonReader in, BlockRef endedAt) {
    RoundOpening opening =
        new RoundOpening(
            in.text("plan", Digest::of),
            in.text("planSize", Long::parseUnsignedLong),
            integer(in, "baseVersion"),
            in.text("baseModel", Digest::of),
            in.text("baseState", Digest::of),
            integer(in, "commitDeadline"),
            in.text("laterStages", BigInteger::new),
            (int) in.integer("revealSeconds", 0, Integer.MAX_VALUE),
            (int) in.integer("publicationSeconds", 0, Integer.MAX_VALUE),
            (int) in.integer("attestationSeconds", 0, Integer.MAX_VALUE),
            (int) in.integer("attempts", 0, Integer.MAX_VALUE),
            in.text("drawThreshold", BigInteger::new),
            (int) in.integer("drawn", 0, Integer.MAX_VALUE),
            integer(in, "weightCap"));
    LedgerEvent.RoundOpened opened =
        new LedgerEvent.RoundOpened(
            integer(in, "number"),
            in.text("id", RoundId::of),
            opening,
            (int) in.integer("members", 0, Integer.MAX_VALUE),
            (int) in.integer("verifiers", 0, Integer.MAX_VALUE),
            (int) in.integer("attestationThreshold", 0, Integer.MAX_VALUE));
    long version = integer(in, "version");
    Optional<AbortReason> aborted = in.optional("abortReason", CheckpointJson::abortReason);
    in.end();
    return new Round(
        opened,
        endedAt,
        version,
        Optional.empty(),
        0,
        Collections.emptySortedMap(),
        Collections.emptySortedSet(),
        List.of(),
        List.of(),
        List.of(Collections.emptySortedMap()),
        opening.commitDeadline(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        aborted.isPresent() ? Round.Phase.ABORTED : Round.Phase.FINAL,
        aborted);
  }

  private static AbortReason abortReason(JsonReader in, String key) {
    long code = in.integer(key, 0, Integer.MAX_VALUE);
    try {
      return AbortReason.of((int) code);
    } catch (IllegalArgumentException e) {
      throw in.malformed(key, e.getMessage());
    }
  }

  private static long integer(JsonReader in, String key) {
    return in.integer(key, 0, CanonicalJson.MAX_INTEGER);
  }
}
