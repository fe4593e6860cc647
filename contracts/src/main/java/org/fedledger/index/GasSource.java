package org.fedledger.index;

import java.util.Collection;
import java.util.Map;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.TransactionHash;

/** Knows how much gas transactions took. */
@FunctionalInterface
public interface GasSource {

  /** For a ledger that knows no gas: every transaction took 0. */
  GasSource NONE = _ -> Map.of();

  /**
   * The gas that each of these transactions used, by its receipt; what is left out counts as 0.
   *
   * @throws LedgerUnreachableException if the ledger does not answer, or has no such transaction
   */
  Map<TransactionHash, Long> used(Collection<TransactionHash> transactions);
}
