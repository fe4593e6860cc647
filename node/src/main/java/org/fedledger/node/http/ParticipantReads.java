package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.node.chain.Federation;
import org.fedledger.signing.Decision;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Lists participants page by page, in order of address, with what became of each in the last round.
 */
final class ParticipantReads implements Endpoint {

  static final int USUAL_PAGE = 100;
  static final int LARGEST_PAGE = 1_000;

  private final Federation federation;
  private final UploadedUpdates uploads;

  ParticipantReads(Federation federation, UploadedUpdates uploads) {
    this.federation = federation;
    this.uploads = uploads;
  }

  @Override
  public Answer answer(Call call) throws RefusedException {
    call.requireKnownQuery(Set.of("limit", "after"));
    int limit = call.query("limit", ParticipantReads::limit).orElse(USUAL_PAGE);
    Optional<Address> after = call.query("after", Address::of);
    return Answer.json(200, page(FederationReads.state(federation), after, limit));
  }

  private static int limit(String text) {
    if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > LARGEST_PAGE) {
      throw new IllegalArgumentException("a page has 1 to %d participants".formatted(LARGEST_PAGE));
    }
    return Integer.parseInt(text);
  }

  private ObjectNode page(FederationState state, Optional<Address> after, int limit) {
    Optional<LastRound> last =
        state.round().map(round -> new LastRound(round, uploads.of(round), reasons(round)));
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    StateJson.block(out, state);
    ArrayNode items = out.putArray("items");
    Iterator<ParticipantRecord> rest = behind(state, after).values().iterator();
    Address shown = null;
    while (rest.hasNext() && items.size() < limit) {
      ParticipantRecord participant = rest.next();
      // Whose turn is over shows by its address alone, so a page needs no place kept for it.
      if (after.filter(participant.address()::equals).isEmpty()) {
        shown = participant.address();
        participant(items.addObject(), participant, last);
      }
    }
    out.put("next", rest.hasNext() ? "?limit=%d&after=%s".formatted(limit, shown) : null);
    return out;
  }

  private static SortedMap<Address, ParticipantRecord> behind(
      FederationState state, Optional<Address> after) {
    return after.isPresent() ? state.participants().tailMap(after.get()) : state.participants();
  }

  private static void participant(
      ObjectNode out, ParticipantRecord p, Optional<LastRound> lastRound) {
    out.put("address", p.address().toString());
    out.put("index", p.index());
    out.put("signer", p.signer().toString());
    StateJson.tenure(out, p.tenure());
    StateJson.count(out, "privacyBudget", p.privacyBudget());
    StateJson.count(out, "privacySpent", p.privacySpent());
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
    out.putNull("round");
    lastRound
        .filter(last -> last.round().members().containsKey(p.address()))
        .ifPresent(last -> last.put(out.putObject("round"), p.address()));
  }

  /** Why the last publication left updates out, by the participant's index. */
  private static Optional<Map<Integer, String>> reasons(Round round) {
    if (round.candidates().isEmpty()) {
      return Optional.empty();
    }
    Decision decision = round.candidates().getLast().record().decision();
    Map<Integer, String> reasons = new HashMap<>();
    decision.rejections().forEach(r -> reasons.put(r.index(), r.reason().name()));
    return Optional.of(reasons);
  }

  /**
   * @param reasons empty while nothing was published
   */
  private record LastRound(
      Round round, Set<Digest> uploaded, Optional<Map<Integer, String>> reasons) {

    void put(ObjectNode out, Address member) {
      UpdateCommitted committed = round.commitments().get(member);
      out.put("drawn", round.drawn().contains(member));
      out.put("committed", committed != null);
      out.put("uploaded", committed != null && uploaded.contains(committed.commitment().digest()));
      out.put("accepted", committed != null && accepted(committed.index()));
      out.put(
          "rejected",
          committed == null ? null : reasons.map(r -> r.get(committed.index())).orElse(null));
    }

    private boolean accepted(int index) {
      return reasons.isPresent() && round.candidates().getLast().record().decision().accepts(index);
    }
  }
}
