package org.fedledger.client.participant;

import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** Puts a commitment on the ledger; that it stands there already is success. */
public final class Commit {

  private static final String ALREADY = "AlreadyCommitted";

  private final Ledger ledger;

  public Commit(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * @return the transaction, or empty if it was on the ledger before
   */
  public Result<Optional<Outcome.Mined>> send(SignedCommitment signed) {
    return switch (ledger.submit(
        new LedgerAction.Commit(signed.commitment(), signed.signature()))) {
      case Outcome.Mined mined -> new Result.Done<>(Optional.of(mined));
      case Outcome.Refused refused -> refused(signed.commitment(), refused);
    };
  }

  /**
   * Whatever the refusal, the commitment may stand there: the first of two equal transactions may
   * have closed the round, after which the second is refused for the round's phase.
   */
  private Result<Optional<Outcome.Mined>> refused(
      UpdateCommitment commitment, Outcome.Refused refused) {
    Optional<Digest> standing;
    try (LedgerFollower follower = new LedgerFollower(ledger, 0)) {
      standing = onLedger(follower.refresh(), commitment.roundId(), commitment.participant());
    }
    if (standing.equals(Optional.of(commitment.digest()))) {
      return new Result.Done<>(Optional.empty());
    }
    return new Result.SitOut<>(
        refused.error().equals(ALREADY)
            ? "the ledger has another update of %s in this round; another copy of this participant works somewhere"
                .formatted(commitment.participant())
            : "the ledger refused the commitment: " + refused);
  }

  /** The digest that stands on the ledger for this participant and round. */
  static Optional<Digest> onLedger(FederationState state, RoundId round, Address participant) {
    return state
        .round()
        .filter(r -> r.id().equals(round))
        .map(r -> r.commitments().get(participant))
        .map(c -> c.commitment().digest());
  }
}
