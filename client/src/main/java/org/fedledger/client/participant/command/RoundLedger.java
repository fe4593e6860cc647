package org.fedledger.client.participant.command;

import java.util.Optional;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.TransactionTerms;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.RoundTask;

/** The ledger on which a round was begun, whose contract the work folder knows. */
final class RoundLedger {

  private RoundLedger() {}

  static Web3jLedgerReader reader(Rpc rpc, RoundTask task) {
    return same(rpc, new Web3jLedgerReader(rpc, task.domain().contract(), Optional.empty()), task);
  }

  static Web3jLedger ledger(Rpc rpc, RoundTask task, SigningKey key, TransactionTerms terms) {
    return same(
        rpc, new Web3jLedger(rpc, task.domain().contract(), Optional.empty(), key, terms), task);
  }

  private static <L extends Web3jLedgerReader> L same(Rpc rpc, L ledger, RoundTask task) {
    if (!ledger.domain().equals(task.domain())) {
      throw CommandException.usage(
          "--rpc: this is chain %d, but the round was begun on chain %d"
              .formatted(ledger.domain().chainId(), task.domain().chainId()));
    }
    return ChainOptions.recognised(rpc, ledger, CommandException::refused);
  }
}
