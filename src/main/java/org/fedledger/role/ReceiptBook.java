package org.fedledger.role;

import java.io.IOException;
import java.util.Collection;
import org.fedledger.signing.UpdateCommitment;

/**
 * The receipts that an aggregator's node signs for updates. Durable when a call returns.
 *
 * <p>What is signed outlives the history of the ledger for which it was: after a reorganisation a
 * round may close its commits anew, and take uploads again, while a publication from before is
 * still on its way. So no commitment may have both a receipt and a publication that calls its
 * update {@code MISSING}.
 */
public interface ReceiptBook {

  /** Of one who signs none. */
  ReceiptBook NONE =
      new ReceiptBook() {
        @Override
        public boolean has(UpdateCommitment commitment) {
          return false;
        }

        @Override
        public boolean forgo(Collection<UpdateCommitment> missing) {
          return true;
        }
      };

  /** Whether a receipt was given for that commitment, whatever the store has now. */
  boolean has(UpdateCommitment commitment);

  /**
   * Sees to it that none is ever given for any of these.
   *
   * @return false, and nothing was done, if one of them has one
   */
  boolean forgo(Collection<UpdateCommitment> missing) throws IOException;
}
