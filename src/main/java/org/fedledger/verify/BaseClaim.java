package org.fedledger.verify;

import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.ledger.BaseVersion;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.RoundOpening;

/**
 * A round that builds on an earlier version than the last builds on that version's model and state.
 *
 * <p>The fold keeps the last version alone, so that it does not grow with rounds; an earlier one is
 * looked up, which is seldom.
 */
record BaseClaim(LedgerReader ledger) implements EventClaim {

  @Override
  public void take(RecordedEvent event, Supplier<FederationState> before, Findings findings) {
    if (event.event() instanceof LedgerEvent.RoundOpened e) {
      check(e, before.get(), findings);
    }
  }

  private void check(LedgerEvent.RoundOpened e, FederationState before, Findings findings) {
    RoundOpening o = e.opening();
    if (o.baseVersion() == before.head().version()) {
      return;
    }
    Optional<BaseVersion> named = BaseVersion.of(o.baseVersion(), before, ledger);
    if (named.isEmpty()) {
      findings.gap(
          "round %d builds on version %d, which is not among the events at hand"
              .formatted(e.round(), o.baseVersion()));
    } else if (!named.get().model().equals(o.baseModel())
        || !named.get().state().equals(o.baseState())) {
      findings.problem(
          RoundCase.CONTRACT,
          "a round builds on other files than those of the version that it names",
          "round",
          e.round(),
          "version",
          o.baseVersion(),
          "model",
          named.get().model(),
          "opened",
          o.baseModel(),
          "state",
          named.get().state(),
          "openedState",
          o.baseState());
    }
  }
}
