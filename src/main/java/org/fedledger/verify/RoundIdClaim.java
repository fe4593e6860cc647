package org.fedledger.verify;

import org.fedledger.ledger.Round;
import org.fedledger.types.RoundId;

/** The round's id, to which everything signed in it is bound, is the hash of its terms. */
final class RoundIdClaim implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    Round round = c.round();
    RoundId computed = round.opening().terms(c.state().federation(), round.number()).id();
    if (!computed.equals(round.id())) {
      findings.problem(
          RoundCase.CONTRACT,
          "the round id is not the hash of what the round was opened with",
          "recorded",
          round.id(),
          "computed",
          computed);
    }
  }
}
