package org.fedledger.devnet.demo.tamper;

import java.util.Optional;
import java.util.function.Function;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.ResultProvider;

/**
 * An aggregator who publishes something else than the round's result. Verifiers dispute it; where
 * there are none, or they collude, only the audit is left.
 *
 * @param inAudit how the audit shows it
 */
record LyingAggregator(
    Stage stage, String deed, ResultProvider lie, Function<FraudEvidence, Optional<Caught>> inAudit)
    implements Attack {

  /** One whose lie is in the model's weights. */
  LyingAggregator(Stage stage, String deed, ResultProvider lie) {
    this(stage, deed, lie, evidence -> evidence.wrongModel(stage.node()));
  }

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return new InRound(stage.round(), lie);
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    return stage.watched() ? evidence.disputed(stage.node()) : inAudit.apply(evidence);
  }
}
