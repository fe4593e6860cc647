package org.fedledger.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.Address;

/**
 * Tells what a record allows and what a reader should know: one key that signs for several
 * participants, one account in several offices, and each change of office. Each is told once.
 */
final class OfficeNotes implements EventClaim {

  private final Set<String> told = new HashSet<>();

  @Override
  public void take(RecordedEvent event, Supplier<FederationState> before, Findings findings) {
    long block = event.block().number();
    switch (event.event()) {
      case LedgerEvent.CoordinatorChanged e ->
          findings.note(
              "block %d: %s becomes coordinator from round %d"
                  .formatted(block, e.coordinator(), e.fromRound()));
      case LedgerEvent.SuccessorChanged e ->
          findings.note(
              "block %d: %s may claim the coordinator's office"
                  .formatted(block, e.successor().map(Address::toString).orElse("nobody")));
      case LedgerEvent.CoordinationClaimed e ->
          findings.note(
              "block %d: %s claims the office of a coordinator that is lost"
                  .formatted(block, e.successor()));
      case LedgerEvent.CoordinationClaimVetoed e ->
          findings.note(
              "block %d: the coordinator vetoed the claim of %s".formatted(block, e.successor()));
      case LedgerEvent.AggregatorAdded e ->
          findings.note(
              "block %d: %s is aggregator from round %d on"
                  .formatted(block, e.aggregator(), e.fromRound()));
      case LedgerEvent.AggregatorRemoved e ->
          findings.note(
              "block %d: %s is no aggregator from round %d"
                  .formatted(block, e.aggregator(), e.untilRound()));
      case LedgerEvent.VerifierAdded e ->
          findings.note(
              "block %d: %s is verifier from round %d on"
                  .formatted(block, e.verifier(), e.fromRound()));
      case LedgerEvent.VerifierRemoved e ->
          findings.note(
              "block %d: %s is no verifier from round %d"
                  .formatted(block, e.verifier(), e.untilRound()));
      case LedgerEvent.ThresholdChanged e ->
          findings.note(
              "block %d: a version takes %d attestations from round %d on"
                  .formatted(block, e.threshold(), e.fromRound()));
      case LedgerEvent.BaseApproved e ->
          findings.note("block %d: rounds build on version %d".formatted(block, e.version()));
      case LedgerEvent.RoundOpened e -> noteShared(e.round(), before.get(), findings);
      default -> {
        // It changes no office.
      }
    }
  }

  private void noteShared(long round, FederationState state, Findings findings) {
    Map<Address, List<String>> keys = new TreeMap<>();
    Map<Address, List<String>> offices = new TreeMap<>();
    enter(offices, state.coordinator(), "coordinator");
    state.aggregators().forEach((a, t) -> enterIf(t.covers(round), offices, a, "aggregator"));
    state.verifiers().forEach((a, t) -> enterIf(t.covers(round), offices, a, "verifier"));
    state.auditors().forEach(a -> enter(offices, a, "auditor"));
    for (ParticipantRecord p : state.participants().values()) {
      if (p.tenure().covers(round)) {
        enter(keys, p.signer(), p.address().toString());
        if (offices.containsKey(p.signer())) {
          enter(offices, p.signer(), "key of participant " + p.address());
        }
      }
    }
    keys.forEach(
        (key, signsFor) -> {
          if (signsFor.size() > 1) {
            tell("the key %s signs for several participants: %s", key, signsFor, round, findings);
          }
        });
    offices.forEach(
        (account, held) -> {
          if (held.size() > 1) {
            tell("the account %s holds several offices: %s", account, held, round, findings);
          }
        });
  }

  private void tell(
      String what, Address account, List<String> which, long round, Findings findings) {
    String words = what.formatted(account, String.join(", ", which));
    if (told.add(words)) {
      findings.note("from round %d on, %s".formatted(round, words));
    }
  }

  private static void enterIf(
      boolean counts, Map<Address, List<String>> into, Address account, String what) {
    if (counts) {
      enter(into, account, what);
    }
  }

  private static void enter(Map<Address, List<String>> into, Address account, String what) {
    into.computeIfAbsent(account, _ -> new ArrayList<>()).add(what);
  }
}
