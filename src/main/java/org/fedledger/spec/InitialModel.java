package org.fedledger.spec;

import org.fedledger.types.Digest;

/** How version 0 comes about. */
public sealed interface InitialModel {

  /** All weights are 0. */
  record Zeros() implements InitialModel {}

  /**
   * Biases 0; weights uniform in ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), drawn from
   * SHA-256 of the seed, tensor name and block, so that anyone can make them again.
   */
  record GlorotUniform(Digest seed) implements InitialModel {}

  /** Supplied as a file; its digest is the ledger's. */
  record Supplied() implements InitialModel {}
}
