package org.fedledger.role;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Evaluation;

/** A node that shows what participants measured. */
public interface EvaluationBoard {

  /** The node, for people. */
  String name();

  /**
   * Posts an evaluation; a node's first one of a version and participant stands. Blocks.
   *
   * @param metrics the file whose digest was signed
   * @return why the node does not show one; empty if it does
   * @throws IOException if the node cannot be reached
   */
  Optional<String> post(Evaluation evaluation, Signature signature, byte[] metrics)
      throws IOException;
}
