package org.fedledger.node.http;

import java.util.List;
import org.fedledger.signing.UpdateCommitment;

/** Whether the ledger lets a blob be uploaded. */
sealed interface Permit {

  /**
   * Commitments of the current round whose stage is closed; one, unless participants committed the
   * same digest.
   *
   * @param deadline last second at which their file may come: the reveal deadline, or in an earlier
   *     stage the commit deadline of the next one
   */
  record Update(List<UpdateCommitment> commitments, long deadline) implements Permit {}

  /** A file of the federation that everybody may read. */
  record Open(long size) implements Permit {}

  /** The federation's spec, whose size does not stand on the ledger. */
  record OpenUpTo(long size) implements Permit {}

  /** The digest is committed, but uploads are not open. */
  record TooEarly() implements Permit {}

  /** The digest does not stand on the ledger. */
  record None() implements Permit {}
}
