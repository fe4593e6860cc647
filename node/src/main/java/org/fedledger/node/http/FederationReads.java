package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Tenure;
import org.fedledger.node.chain.Federation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Shows the federation as this node sees it; participants have pages of their own. */
final class FederationReads implements Endpoint {

  private final Federation federation;
  private final BlobStore store;
  private final UploadedUpdates uploads;

  FederationReads(Federation federation, BlobStore store, UploadedUpdates uploads) {
    this.federation = federation;
    this.store = store;
    this.uploads = uploads;
  }

  @Override
  public Answer answer(Call call) throws RefusedException {
    return Answer.json(200, document(state(federation)));
  }

  /** The last state seen, without which there is nothing to show. */
  static FederationState state(Federation federation) throws RefusedException {
    return federation
        .state()
        .orElseThrow(
            () ->
                new RefusedException(
                    Problem.LEDGER.because(
                        "this node has not read the ledger yet; try again in a moment")));
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
    out.put("participants", state.participants().size());
    offices(out.putArray("aggregators"), state.aggregators());
    offices(out.putArray("verifiers"), state.verifiers());
    addresses(out.putArray("auditors"), state.auditors());
    head(out.putObject("head"), state.head());
    out.put("nextBaseVersion", state.baseVersion());
    out.putNull("round");
    state.round().ifPresent(round -> round(out.putObject("round"), round));
    lacking(out.putArray("lacking"), state);
    StateJson.block(out, state);
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

  private static void offices(ArrayNode out, SortedMap<Address, Tenure> offices) {
    offices.forEach(
        (address, tenure) ->
            StateJson.tenure(out.addObject().put("address", address.toString()), tenure));
  }

  private static void head(ObjectNode out, ModelVersion head) {
    out.put("version", head.version());
    out.put("model", head.model().toString());
    StateJson.count(out, "modelSize", head.modelSize());
    out.put("state", head.state().toString());
    StateJson.count(out, "stateSize", head.stateSize());
    out.put("parent", head.parent().toString());
  }

  private void round(ObjectNode out, Round round) {
    var opening = round.opening();
    out.put("round", round.number());
    out.put("roundId", round.id().toString());
    out.put("phase", round.phase().name().toLowerCase(Locale.ROOT));
    out.put("plan", opening.plan().toString());
    StateJson.count(out, "planSize", opening.planSize());
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
    out.put("members", round.members().size());
    out.put("drawn", round.drawn().size());
    addresses(out.putArray("verifiers"), round.verifiers());
    addresses(out.putArray("aggregators"), round.aggregators());
    out.put("committed", round.commitments().size());
    out.put("uploaded", uploads.of(round).size());
    ArrayNode candidates = out.putArray("candidates");
    round.candidates().forEach(c -> candidate(candidates.addObject(), c));
    out.put("abortReason", round.abortReason().map(AbortReason::name).orElse(null));
  }

  private static void candidate(ObjectNode out, Candidate candidate) {
    var publication = candidate.record().publication();
    out.put("attempt", publication.attempt());
    out.put("publicationId", candidate.record().publicationId().toString());
    out.put("aggregator", candidate.record().aggregator().toString());
    out.put("status", candidate.status().name().toLowerCase(Locale.ROOT));
    out.put("model", publication.model().toString());
    StateJson.count(out, "modelSize", publication.modelSize());
    out.put("state", publication.state().toString());
    StateJson.count(out, "stateSize", publication.stateSize());
    out.put("attestationDeadline", candidate.attestationDeadline());
    Decision decision = candidate.record().decision();
    out.put("accepted", decision.acceptedIndexes().size());
    out.put("rejected", decision.rejections().size());
    addresses(out.putArray("matching"), candidate.matching());
    addresses(out.putArray("differing"), candidate.differing());
    addresses(out.putArray("lacking"), candidate.lacking());
  }

  private static String text(Optional<Address> address) {
    return address.map(Address::toString).orElse(null);
  }

  private static void addresses(ArrayNode out, Collection<Address> addresses) {
    addresses.forEach(address -> out.add(address.toString()));
  }
}
