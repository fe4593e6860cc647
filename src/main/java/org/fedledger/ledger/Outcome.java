package org.fedledger.ledger;

import java.util.List;
import org.fedledger.types.TransactionHash;

/** What became of an action. */
public sealed interface Outcome {

  /**
   * It is on the ledger.
   *
   * @param gasUsed 0 where the ledger knows no gas
   */
  record Mined(TransactionHash transaction, BlockRef block, long gasUsed) implements Outcome {}

  /**
   * The ledger's rules forbid it; nothing changed.
   *
   * @param error name of the rule, as the contract's custom error, such as {@code AlreadyCommitted}
   * @param values what the error carries, in its order, as text
   */
  record Refused(String error, List<String> values) implements Outcome {
    public Refused {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return error + "(" + String.join(", ", values) + ")";
    }
  }
}
