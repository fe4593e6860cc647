package org.fedledger.verify;

import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/**
 * The end of a round up to which a whole record was verified, with all that an audit needs to go on
 * from there.
 *
 * <p>Who goes on from one trusts whoever wrote it: that everything up to its block was verified,
 * and that its state follows from the events up to there. That the ledger still has that block, and
 * that end of a round in it, is checked.
 *
 * @param domain chain and contract
 * @param founding the transaction that founded the federation
 * @param state right after the event that ended the round; of the round itself, how it was opened
 *     and how it ended
 * @param logIndex of that event in its block
 */
public record Checkpoint(
    SigningDomain domain, TransactionHash founding, FederationState state, int logIndex) {

  /**
   * @throws IllegalArgumentException for a state in which no round has ended last
   */
  public Checkpoint {
    if (state.round().filter(r -> r.phase().ended()).isEmpty()) {
      throw new IllegalArgumentException("a checkpoint stands at the end of a round");
    }
  }

  /** Whether an audit of a ledger may go on from a checkpoint. */
  public sealed interface Fit {

    record Fits() implements Fit {}

    /** It belongs to something else. */
    record OtherFederation(String why) implements Fit {}

    /** The record that was verified is no longer, or not all, on the chain. */
    record Rewritten(String why) implements Fit {}
  }

  public long round() {
    return last().number();
  }

  public BlockRef block() {
    return state.at();
  }

  private Round last() {
    return state.round().orElseThrow();
  }

  /** Compares it with a ledger. */
  public Fit fit(LedgerReader ledger) {
    if (!domain.equals(ledger.domain())) {
      return new Fit.OtherFederation(
          "the checkpoint is of contract %s on chain %d, not of %s on chain %d"
              .formatted(
                  domain.contract(),
                  domain.chainId(),
                  ledger.domain().contract(),
                  ledger.domain().chainId()));
    }
    Optional<BlockRef> now = ledger.block(block().number());
    if (now.isEmpty() || !now.get().hash().equals(block().hash())) {
      return new Fit.Rewritten(
          "the checkpoint was verified at block %d with hash %s, but the chain now %s: it was reorganised, or is another one"
              .formatted(
                  block().number(),
                  block().hash(),
                  now.map(b -> "has " + b.hash() + " there").orElse("ends before it")));
    }
    List<RecordedEvent> there = ledger.events(block().number(), block().number());
    if (there.stream().noneMatch(this::endsTheRound)) {
      return new Fit.Rewritten(
          "block %d does not hold the end of round %d, as the checkpoint has it"
              .formatted(block().number(), round()));
    }
    return new Fit.Fits();
  }

  private boolean endsTheRound(RecordedEvent recorded) {
    RoundId ended =
        switch (recorded.event()) {
          case LedgerEvent.VersionFinal e when last().phase() == Round.Phase.FINAL -> e.roundId();
          case LedgerEvent.RoundAborted e when last().phase() == Round.Phase.ABORTED -> e.roundId();
          default -> null;
        };
    return recorded.logIndex() == logIndex && last().id().equals(ended);
  }

  /** Whether an event comes after it in the record. */
  boolean isBefore(RecordedEvent event) {
    return event.block().number() > block().number() || event.logIndex() > logIndex;
  }
}
