package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Address;

/**
 * What one round came to.
 *
 * @param version that it made; empty if it was aborted
 * @param why it made none; empty if it made one
 * @param accepted how many updates were
 * @param rejected by participant, in order of address
 * @param missed who was drawn and did not commit though others did, and how many rounds in a row by
 *     now, in order of address; nobody where the coordinator ended it before its time
 */
record RoundEnd(
    long round,
    OptionalLong version,
    String why,
    int accepted,
    SortedMap<Address, Reason> rejected,
    SortedMap<Address, Long> missed) {

  /**
   * @param state in which the round is the last one
   * @param ended that round
   */
  static RoundEnd of(FederationState state, Round ended) {
    SortedMap<Address, Reason> rejected = new TreeMap<>();
    int accepted = 0;
    if (ended.decided().isPresent()) {
      Decision decision = ended.decided().map(Candidate::record).orElseThrow().decision();
      accepted = decision.acceptedIndexes().size();
      Map<Integer, Address> committed =
          ended.commitments().values().stream()
              .collect(Collectors.toMap(UpdateCommitted::index, c -> c.commitment().participant()));
      for (Rejection rejection : decision.rejections()) {
        rejected.put(committed.get(rejection.index()), rejection.reason());
      }
    }
    SortedMap<Address, Long> missed = new TreeMap<>();
    boolean counts =
        !ended.abortReason().equals(Optional.of(AbortReason.COORDINATOR))
            && !ended.commitments(0).isEmpty();
    for (Address drawn : ended.drawn()) {
      ParticipantRecord participant = state.participants().get(drawn);
      if (counts && !ended.commitments(0).containsKey(drawn) && participant.missed() > 0) {
        missed.put(drawn, participant.missed());
      }
    }
    return new RoundEnd(
        ended.number(),
        ended.phase() == Round.Phase.FINAL
            ? OptionalLong.of(ended.version())
            : OptionalLong.empty(),
        ended.abortReason().map(AbortReason::meaning).orElse(""),
        accepted,
        rejected,
        missed);
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        version.isPresent()
            ? "round %d made version %d: %d accepted, %d rejected"
                .formatted(round, version.getAsLong(), accepted, rejected.size())
            : "round %d made no version: %s".formatted(round, why));
    rejected.forEach(
        (participant, reason) -> lines.add("  %s was rejected: %s".formatted(participant, reason)));
    missed.forEach(
        (participant, rounds) ->
            lines.add(
                "  %s did not commit, %d rounds in a row by now".formatted(participant, rounds)));
    return lines;
  }

  ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("round", round);
    if (version.isPresent()) {
      document.put("version", version.getAsLong()).putNull("why");
    } else {
      document.putNull("version").put("why", why);
    }
    document.put("accepted", accepted);
    ArrayNode refused = document.putArray("rejected");
    rejected.forEach(
        (participant, reason) ->
            refused
                .addObject()
                .put("participant", participant.toString())
                .put("reason", reason.name()));
    ArrayNode away = document.putArray("missed");
    missed.forEach(
        (participant, rounds) ->
            away.addObject()
                .put("participant", participant.toString())
                .put("roundsInARow", rounds));
    return document;
  }
}
