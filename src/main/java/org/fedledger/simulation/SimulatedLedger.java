package org.fedledger.simulation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;

/** The ledger as one party reaches it: over a network that loses, repeats and delays. */
final class SimulatedLedger implements Ledger {

  private final Ledger ledger;
  private final SimulatedParty party;
  private final SignedOnce signedOnce;

  SimulatedLedger(Ledger ledger, SimulatedParty party, SignedOnce signedOnce) {
    this.ledger = ledger;
    this.party = party;
    this.signedOnce = signedOnce;
  }

  @Override
  public SigningDomain domain() {
    return ledger.domain();
  }

  @Override
  public BlockRef head() {
    return reading("the head", ledger::head);
  }

  @Override
  public Optional<BlockRef> block(long number) {
    return reading("block " + number, () -> ledger.block(number));
  }

  @Override
  public List<RecordedEvent> events(long from, long to) {
    return reading("blocks %d to %d".formatted(from, to), () -> ledger.events(from, to));
  }

  @Override
  public Subscription subscribe(Runnable onHead) {
    return ledger.subscribe(onHead);
  }

  @Override
  public Outcome submit(LedgerAction action) {
    signedOnce.see(action);
    String what = action.getClass().getSimpleName();
    try {
      return party.call(what, mayBeSentAgain(action), () -> ledger.submit(action));
    } catch (IOException e) {
      throw new LedgerUnreachableException(e.getMessage(), e);
    }
  }

  private <T> T reading(String what, SimulatedParty.Effect<T> effect) {
    try {
      return party.call(what, false, effect);
    } catch (IOException e) {
      throw new LedgerUnreachableException(e.getMessage(), e);
    }
  }

  /** What an account alone may send carries a number on a real chain, and is mined once at most. */
  private static boolean mayBeSentAgain(LedgerAction action) {
    return switch (action) {
      case LedgerAction.Commit _,
          LedgerAction.Publish _,
          LedgerAction.Attest _,
          LedgerAction.CloseCommits _,
          LedgerAction.ExpirePublication _ ->
          true;
      default -> false;
    };
  }
}
