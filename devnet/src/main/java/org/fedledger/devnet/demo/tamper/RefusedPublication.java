package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.role.ResultProvider;
import org.fedledger.verify.RoundComputation.Result;

/**
 * An aggregator tries a publication that the contract refuses, after which nothing but an honest
 * one is left to it.
 *
 * @param lie what it publishes
 * @param rule of the contract that refuses it
 */
record RefusedPublication(Stage stage, String deed, ResultProvider lie, String rule)
    implements Attack {

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return new InRound(
        stage.round(),
        task -> {
          publish(task, ledger, key);
          return ResultProvider.PROTOCOL.compute(task);
        });
  }

  private void publish(ResultProvider.Task task, Web3jLedger ledger, SigningKey key)
      throws IOException {
    if (!(lie.compute(task) instanceof Result.Aggregated model)) {
      throw new IllegalStateException("the others' updates come to no model");
    }
    LedgerAction action = Lies.publishing(ledger, key, task.round(), model);
    if (ledger.submitUnasked(action, ParticipantAccess.GAS) instanceof Outcome.Mined mined) {
      throw new IllegalStateException("the ledger took a publication against its rules: " + mined);
    }
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    return evidence.refused(Moment.PUBLICATION, stage.node(), rule);
  }
}
