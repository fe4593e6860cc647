package org.fedledger.verify;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerEvent.GovernanceApproved;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * Each change of offices, thresholds, bases and keys that only M verifiers can make, or the
 * coordinator where there are none, stands right after its approval: in the same transaction, of
 * the same kind, account and value, and signed by exactly M of those in office.
 */
final class GovernanceClaim implements EventClaim {

  private final SigningDomain domain;

  /** What the last approval still has to make, in order. */
  private final Deque<String> approved = new ArrayDeque<>();

  private RecordedEvent last;

  GovernanceClaim(SigningDomain domain) {
    this.domain = domain;
  }

  @Override
  public void take(RecordedEvent event, Supplier<FederationState> before, Findings findings) {
    Optional<String> change = change(event.event());
    boolean follows = change.isPresent() && change.get().equals(approved.peek()) && isNext(event);
    if (!approved.isEmpty() && !follows) {
      findings.problem(
          RoundCase.CONTRACT,
          "a change was approved and not made",
          "approved",
          approved.peek(),
          "block",
          last.block().number());
      approved.clear();
    }
    if (follows) {
      approved.poll();
    } else if (change.isPresent() && !waited(event, before.get())) {
      findings.problem(
          RoundCase.CONTRACT,
          "a change was made without its approval just before it",
          "change",
          change.get(),
          "block",
          event.block().number());
    }
    if (event.event() instanceof GovernanceApproved e) {
      checkSignatures(e, before.get(), findings);
      approved.addAll(changes(e));
    }
    last = event;
  }

  private boolean isNext(RecordedEvent event) {
    return event.transaction().equals(last.transaction())
        && event.logIndex() == last.logIndex() + 1;
  }

  /**
   * After a time for a veto a lost key is replaced where there were no verifiers at the founding,
   * and a lost coordinator while there are none.
   */
  private static boolean waited(RecordedEvent event, FederationState before) {
    long time = event.block().timestamp();
    return switch (event.event()) {
      case LedgerEvent.SigningKeyRecovered e ->
          !before.created().verifiersRecover()
              && Optional.ofNullable(before.participants().get(e.participant()))
                  .flatMap(ParticipantRecord::recovery)
                  .filter(r -> r.signer().equals(e.signer()) && time > r.readyAt())
                  .isPresent();
      case LedgerEvent.CoordinatorChanged e ->
          !hasVerifiers(before)
              && before.successor().equals(Optional.of(e.coordinator()))
              && before.claimReadyAt().filter(readyAt -> time > readyAt).isPresent();
      default -> false;
    };
  }

  private static boolean hasVerifiers(FederationState state) {
    long next = state.nextRound();
    return state.verifiers().values().stream().anyMatch(tenure -> tenure.covers(next));
  }

  private void checkSignatures(GovernanceApproved e, FederationState before, Findings findings) {
    if (e.kind() == GovernanceKind.RECOVER_KEY && !before.created().verifiersRecover()) {
      findings.problem(
          RoundCase.CONTRACT,
          "verifiers who came after the founding gave a key that its owner could not veto",
          "participant",
          e.account());
    }
    GovernanceChange change =
        new GovernanceChange(
            before.federation(), e.kind().code(), e.account(), e.value(), e.nonce());
    int needed = hasVerifiers(before) ? before.attestationThreshold() : 0;
    List<Address> signers = new ArrayList<>();
    for (Signature signature : e.signatures()) {
      domain
          .signer(change, signature)
          .filter(signer -> isVerifier(signer, before))
          .filter(signer -> !signers.contains(signer))
          .ifPresent(signers::add);
    }
    if (signers.size() != needed || e.signatures().size() != needed) {
      findings.problem(
          RoundCase.CONTRACT,
          "a change was not signed by as many verifiers as it takes",
          "kind",
          e.kind(),
          "account",
          e.account(),
          "value",
          e.value(),
          "signedBy",
          signers.size(),
          "needed",
          needed);
    }
  }

  private static boolean isVerifier(Address signer, FederationState state) {
    return Optional.ofNullable(state.verifiers().get(signer))
        .filter(tenure -> tenure.covers(state.nextRound()))
        .isPresent();
  }

  /** What an approval makes, in the words of {@link #change}. */
  private static List<String> changes(GovernanceApproved e) {
    String account = e.account().toString();
    return switch (e.kind()) {
      case ADD_VERIFIER -> withThreshold("verifier added: " + account, e.value());
      case REMOVE_VERIFIER -> withThreshold("verifier removed: " + account, e.value());
      case REPLACE_VERIFIER ->
          List.of("verifier removed: " + account, "verifier added: " + address(e.value()));
      case ADD_AGGREGATOR -> List.of("aggregator added: " + account);
      case REMOVE_AGGREGATOR -> List.of("aggregator removed: " + account);
      case CHANGE_COORDINATOR -> List.of("coordinator: " + account);
      case CHANGE_THRESHOLD -> List.of("threshold: " + e.value());
      case RECOVER_KEY -> List.of("key of %s: %s".formatted(account, address(e.value())));
      case BUILD_ON -> List.of("base: version " + e.value());
      case CLOSE_FEDERATION -> List.of("the end of the federation");
      case CHANGE_SUCCESSOR -> List.of("successor: " + (e.account().isZero() ? "nobody" : account));
    };
  }

  private static List<String> withThreshold(String change, BigInteger threshold) {
    return threshold.signum() == 0 ? List.of(change) : List.of(change, "threshold: " + threshold);
  }

  private static String address(BigInteger value) {
    String hex = value.toString(16);
    return hex.length() > 40 ? "none" : "0x" + "0".repeat(40 - hex.length()) + hex;
  }

  /** What an event changes that takes an approval; empty for any other event. */
  private static Optional<String> change(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.VerifierAdded e -> Optional.of("verifier added: " + e.verifier());
      case LedgerEvent.VerifierRemoved e -> Optional.of("verifier removed: " + e.verifier());
      case LedgerEvent.AggregatorAdded e -> Optional.of("aggregator added: " + e.aggregator());
      case LedgerEvent.AggregatorRemoved e -> Optional.of("aggregator removed: " + e.aggregator());
      case LedgerEvent.CoordinatorChanged e -> Optional.of("coordinator: " + e.coordinator());
      case LedgerEvent.ThresholdChanged e -> Optional.of("threshold: " + e.threshold());
      case LedgerEvent.SigningKeyRecovered e ->
          Optional.of("key of %s: %s".formatted(e.participant(), e.signer()));
      case LedgerEvent.BaseApproved e -> Optional.of("base: version " + e.version());
      case LedgerEvent.FederationClosed _ -> Optional.of("the end of the federation");
      case LedgerEvent.SuccessorChanged e ->
          Optional.of("successor: " + e.successor().map(Address::toString).orElse("nobody"));
      default -> Optional.empty();
    };
  }
}
