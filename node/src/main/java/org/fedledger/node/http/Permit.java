package org.fedledger.node.http;

import java.util.List;
import org.fedledger.ledger.BlockRef;
import org.fedledger.signing.UpdateCommitment;

/** Whether the ledger lets a blob be uploaded. */
sealed interface Permit {

  /**
   * Committed updates of the current round, commits closed; one, unless participants committed the
   * same digest.
   *
   * @param at the block that was looked at
   */
  record Update(List<UpdateCommitment> commitments, BlockRef at) implements Permit {}

  /** A file of the federation that everybody may read. */
  record Open(long size) implements Permit {}

  /** The federation's spec, whose size does not stand on the ledger. */
  record OpenUpTo(long size) implements Permit {}

  /** The digest is committed, but uploads are not open. */
  record TooEarly() implements Permit {}

  /** The digest does not stand on the ledger. */
  record None() implements Permit {}
}
