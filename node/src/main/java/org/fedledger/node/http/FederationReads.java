package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Tenure;
import org.fedledger.node.chain.Federation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Shows the federation as this node sees it. */
final class FederationReads implements Endpoint {

  private static final long MAX_EXACT = (1L << 53) - 1;

  private final Federation federation;
  private final BlobStore store;

  FederationReads(Federation federation, BlobStore store) {
    this.federation = federation;
    this.store = store;
  }

  @Override
  public Answer answer(Call call) throws RefusedException {
    FederationState state =
        federation
            .state()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Problem.LEDGER.because(
                            "this node has not read the ledger yet; try again in a moment")));
    return Answer.json(200, document(state));
  }

  private ObjectNode document(FederationState state) {
    SigningDomain domain = federation.domain();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", domain.chainId());
    out.put("contract", domain.contract().toString());
    out.put("federation", state.federation().toString());
    out.put("spec", state.created().spec().toString());
    out.put("name", federation.spec().map(FederationSpec::name).orElse(null));
    out.put("coordinator", state.coordinator().toString());
    out.put("successor", text(state.successor()));
    out.put("claimReadyAt", state.claimReadyAt().orElse(null));
    out.put("recoverySeconds", state.created().recoverySeconds());
    out.put("quorum", state.created().quorum());
    out.put("attestationThreshold", state.attestationThreshold());
    out.put("governanceNonce", state.governanceNonce());
    out.put("closed", state.closed());
    ArrayNode participants = out.putArray("participants");
    state.participants().values().forEach(p -> participant(participants.addObject(), p));
    offices(out.putArray("aggregators"), state.aggregators());
    offices(out.putArray("verifiers"), state.verifiers());
    addresses(out.putArray("auditors"), state.auditors());
    head(out.putObject("head"), state.head());
    out.put("nextBaseVersion", state.baseVersion());
    out.putNull("round");
    state.round().ifPresent(round -> round(out.putObject("round"), round));
    lacking(out.putArray("lacking"), state);
    out.putObject("block")
        .put("number", state.at().number())
        .put("hash", state.at().hash().toString())
        .put("timestamp", state.at().timestamp());
    return out;
  }

  /** Of what the next step takes, or a reader would ask for first; not of every version. */
  private void lacking(ArrayNode out, FederationState state) {
    lacking(out, "spec", OptionalLong.empty(), state.created().spec());
    lacking(out, "model", OptionalLong.of(0), state.created().model());
    lacking(out, "state", OptionalLong.of(0), state.created().state());
    if (state.head().version() > 0) {
      OptionalLong version = OptionalLong.of(state.head().version());
      lacking(out, "model", version, state.head().model());
      lacking(out, "state", version, state.head().state());
    }
    state
        .openRound()
        .map(Round::opening)
        .ifPresent(
            opening -> {
              lacking(out, "plan", OptionalLong.empty(), opening.plan());
              if (opening.baseVersion() > 0 && opening.baseVersion() < state.head().version()) {
                OptionalLong base = OptionalLong.of(opening.baseVersion());
                lacking(out, "model", base, opening.baseModel());
                lacking(out, "state", base, opening.baseState());
              }
            });
  }

  private void lacking(ArrayNode out, String what, OptionalLong version, Digest digest) {
    if (!digest.isZero() && store.size(digest).isEmpty()) {
      ObjectNode file = out.addObject().put("what", what).putNull("version");
      version.ifPresent(v -> file.put("version", v));
      file.put("digest", digest.toString());
    }
  }

  private static void participant(ObjectNode out, ParticipantRecord p) {
    out.put("address", p.address().toString());
    out.put("index", p.index());
    out.put("signer", p.signer().toString());
    tenure(out, p.tenure());
    count(out, "privacyBudget", p.privacyBudget());
    count(out, "privacySpent", p.privacySpent());
    out.put("missed", p.missed());
    out.put("keyChanges", p.keyChanges());
    out.put("recoveredFrom", p.recoveredFrom().orElse(null));
    out.putNull("recovery");
    p.recovery()
        .ifPresent(
            r ->
                out.putObject("recovery")
                    .put("signer", r.signer().toString())
                    .put("readyAt", r.readyAt()));
  }

  private static void offices(ArrayNode out, SortedMap<Address, Tenure> offices) {
    offices.forEach(
        (address, tenure) -> tenure(out.addObject().put("address", address.toString()), tenure));
  }

  private static void tenure(ObjectNode out, Tenure tenure) {
    out.put("from", tenure.from());
    if (tenure.until() == Tenure.OPEN) {
      out.putNull("until");
    } else {
      out.put("until", tenure.until());
    }
  }

  private static void head(ObjectNode out, ModelVersion head) {
    out.put("version", head.version());
    out.put("model", head.model().toString());
    count(out, "modelSize", head.modelSize());
    out.put("state", head.state().toString());
    count(out, "stateSize", head.stateSize());
    out.put("parent", head.parent().toString());
  }

  private void round(ObjectNode out, Round round) {
    var opening = round.opening();
    out.put("round", round.number());
    out.put("roundId", round.id().toString());
    out.put("phase", round.phase().name().toLowerCase(Locale.ROOT));
    out.put("plan", opening.plan().toString());
    count(out, "planSize", opening.planSize());
    out.put("version", round.version());
    out.put("baseVersion", opening.baseVersion());
    out.put("baseModel", opening.baseModel().toString());
    out.put("baseState", opening.baseState().toString());
    out.put("weightCap", opening.weightCap());
    out.put("attestationThreshold", round.attestationThreshold());
    out.put("attempts", opening.attempts());
    out.put("stages", opening.stages());
    out.put("stage", round.stage());
    out.put("commitDeadline", round.commitDeadline());
    out.put("revealDeadline", round.revealDeadline().orElse(null));
    out.put("publicationDeadline", round.publicationDeadline().orElse(null));
    addresses(out.putArray("members"), round.members().keySet());
    addresses(out.putArray("drawn"), round.drawn());
    addresses(out.putArray("verifiers"), round.verifiers());
    addresses(out.putArray("aggregators"), round.aggregators());
    addresses(out.putArray("committed"), round.commitments().keySet());
    addresses(out.putArray("uploaded"), uploaded(round));
    ArrayNode candidates = out.putArray("candidates");
    round.candidates().forEach(c -> candidate(candidates.addObject(), round, c));
    out.put("abortReason", round.abortReason().map(AbortReason::name).orElse(null));
  }

  private List<Address> uploaded(Round round) {
    return round.commitments().values().stream()
        .map(UpdateCommitted::commitment)
        .filter(c -> store.size(c.digest()).isPresent())
        .map(c -> c.participant())
        .toList();
  }

  private static void candidate(ObjectNode out, Round round, Candidate candidate) {
    var publication = candidate.record().publication();
    out.put("attempt", publication.attempt());
    out.put("publicationId", candidate.record().publicationId().toString());
    out.put("aggregator", candidate.record().aggregator().toString());
    out.put("status", candidate.status().name().toLowerCase(Locale.ROOT));
    out.put("model", publication.model().toString());
    count(out, "modelSize", publication.modelSize());
    out.put("state", publication.state().toString());
    count(out, "stateSize", publication.stateSize());
    out.put("attestationDeadline", candidate.attestationDeadline());
    decision(out, round, candidate.record().decision());
    addresses(out.putArray("matching"), candidate.matching());
    addresses(out.putArray("differing"), candidate.differing());
    addresses(out.putArray("lacking"), candidate.lacking());
  }

  private static void decision(ObjectNode out, Round round, Decision decision) {
    Map<Integer, Address> byIndex = new TreeMap<>();
    round.commitments().forEach((address, c) -> byIndex.put(c.index(), address));
    ArrayNode accepted = out.putArray("accepted");
    ArrayNode rejected = out.putArray("rejected");
    round
        .commitments()
        .forEach(
            (address, c) -> {
              if (decision.accepts(c.index())) {
                accepted.add(address.toString());
              }
            });
    decision
        .rejections()
        .forEach(
            r ->
                rejected
                    .addObject()
                    .put("participant", String.valueOf(byIndex.get(r.index())))
                    .put("reason", r.reason().name()));
  }

  private static String text(Optional<Address> address) {
    return address.map(Address::toString).orElse(null);
  }

  private static void addresses(ArrayNode out, Collection<Address> addresses) {
    addresses.forEach(address -> out.add(address.toString()));
  }

  /** Unsigned; a number up to 2^53-1, else a decimal string. */
  private static void count(ObjectNode out, String name, long value) {
    if (value >= 0 && value <= MAX_EXACT) {
      out.put(name, value);
    } else {
      out.put(name, Long.toUnsignedString(value));
    }
  }
}
