package org.fedledger.role;

import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;

/** Another party's store, to which files that the ledger names may be sent. */
public interface Replica {

  /** What came of offering a file. */
  sealed interface Answer {

    /** It is there now, or was already. */
    record Kept() implements Answer {}

    /**
     * It is not there; offering it again later is harmless.
     *
     * @param why for people
     */
    record NotKept(String why) implements Answer {}
  }

  /**
   * Sends a blob, unless the replica has it. Blocks.
   *
   * @param from where it is
   */
  Answer offer(BlobId blob, BlobSource from);
}
