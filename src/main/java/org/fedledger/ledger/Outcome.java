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
   * @param gasUsed what it cost nevertheless; 0 where it was refused before it was sent
   */
  record Refused(String error, List<String> values, long gasUsed) implements Outcome {

    /** The account has not got what it may cost; beside it, what it has and what it may need. */
    public static final String NO_FUNDS = "InsufficientFunds";

    public Refused {
      values = List.copyOf(values);
    }

    /** Whether the very same may be taken in a moment, by the same rules. */
    public boolean isForNow() {
      return error.equals(NO_FUNDS);
    }

    /** Refused at no cost. */
    public Refused(String error, List<String> values) {
      this(error, values, 0);
    }

    /** The same refusal, which cost that much. */
    public Refused costing(long gas) {
      return new Refused(error, values, gas);
    }

    @Override
    public String toString() {
      return error + "(" + String.join(", ", values) + ")";
    }
  }
}
