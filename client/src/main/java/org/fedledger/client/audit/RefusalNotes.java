package org.fedledger.client.audit;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.contracts.RefusedTransactions;
import org.fedledger.contracts.RefusedTransactions.RefusedTransaction;
import org.fedledger.contracts.Rpc;
import org.fedledger.types.Address;

/**
 * What an audit notes of transactions that the contract refused: worth knowing, and no fault of the
 * record, in which nothing came of them.
 */
public final class RefusalNotes {

  /**
   * Each block costs the chain node a request, so that an old chain is not looked through whole.
   */
  public static final int MOST_BLOCKS = 5_000;

  private RefusalNotes() {}

  /**
   * One note for each, in the order of the blocks.
   *
   * @param from first block that is of interest
   * @param most how many blocks are looked through, the newest; at least 1
   * @throws org.fedledger.ledger.LedgerUnreachableException if the chain node does not answer
   */
  public static List<String> of(Rpc rpc, Address contract, long from, int most) {
    long to = rpc.blockNumber();
    long first = Math.max(from, to - most + 1);
    List<String> notes = new ArrayList<>();
    if (first > from) {
      notes.add(
          "refused transactions were looked for from block %d on, not in the %d blocks before"
              .formatted(first, first - from));
    }
    new RefusedTransactions(rpc, contract).between(first, to).forEach(r -> notes.add(note(r)));
    return notes;
  }

  private static String note(RefusedTransaction refused) {
    return "block %d: the contract refused transaction %s of %s: %s"
        .formatted(
            refused.block(),
            refused.hash(),
            refused.sender(),
            refused
                .rule()
                .map(Object::toString)
                .orElse("the chain node no longer tells by which rule"));
  }
}
