package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;

/** A node to which a participant brings what it committed to. */
public interface Peer {

  /** What came of an upload. */
  sealed interface Answer {

    /** The node has the file, and signed for it. What it signed is not yet checked. */
    record Received(SignedReceipt receipt) implements Answer {}

    /**
     * It did not take the file; sending it again later is harmless.
     *
     * @param why for people
     */
    record Refused(String why) implements Answer {}
  }

  /** By which receipts are kept; the same after a restart. */
  String name();

  /**
   * Sends the file, unless the node has it. Blocks.
   *
   * @param round whose aggregators and verifiers get it, and nobody else
   * @throws IOException if the node cannot be reached; whether it has the file is then unknown
   */
  Answer upload(Round round, UpdateCommitment commitment, Path file) throws IOException;
}
