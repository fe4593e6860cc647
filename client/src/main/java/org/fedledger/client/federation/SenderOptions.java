package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.PatienceOption;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import picocli.CommandLine.Mixin;

/** The ledger as written by the account whose key is given, and how what was done is told. */
final class SenderOptions {

  @Mixin private ChainOptions chain;
  @Mixin private KeyOptions keys;
  @Mixin private PatienceOption patience;
  @Mixin private Output out;

  private final List<Outcome.Mined> mined = new ArrayList<>();

  /** Tells of all that was done, in one document. */
  void finish() {
    ArrayNode transactions = transactions();
    out.document(
        transactions.size() == 1
            ? transactions.get(0)
            : JsonNodeFactory.instance.objectNode().set("transactions", transactions));
  }

  /** All that was done. */
  ArrayNode transactions() {
    ArrayNode transactions = JsonNodeFactory.instance.arrayNode();
    mined.forEach(m -> transactions.add(document(m)));
    return transactions;
  }

  /** Something to do with the ledger, written by the account of that key. */
  interface Work<T> {
    T run(Web3jLedger ledger, SigningKey key) throws IOException;
  }

  <T> T with(Work<T> work) throws IOException {
    SigningKey key = keys.open();
    try (Rpc rpc = chain.open()) {
      return work.run(chain.ledger(rpc, key, patience.of(keys.terms(out))), key);
    }
  }

  /** Submits one action and tells what became of it. */
  void submit(String what, LedgerAction action) throws IOException {
    tell(what, with((ledger, _) -> ledger.submit(action)));
  }

  /** Keeps for the document what was told already. */
  void note(Outcome.Mined done) {
    mined.add(done);
  }

  Output out() {
    return out;
  }

  Outcome.Mined tell(String what, Outcome outcome) {
    switch (outcome) {
      case Outcome.Mined m -> {
        out.line("%s: transaction %s, block %d", what, m.transaction(), m.block().number());
        note(m);
        return m;
      }
      case Outcome.Refused r -> throw CommandException.refused(what, r);
    }
  }

  static ObjectNode document(Outcome.Mined m) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("transaction", m.transaction().toString())
        .put("block", m.block().number())
        .put("gas", m.gasUsed());
  }
}
