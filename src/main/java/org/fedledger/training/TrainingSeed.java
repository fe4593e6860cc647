package org.fedledger.training;

import java.util.random.RandomGenerator;
import org.fedledger.types.Digest;

/**
 * What one training draws from: order of examples, noise, and the like.
 *
 * @param key 32 secret bytes, with which others could tell more of the examples
 */
public record TrainingSeed(Digest key) {

  /** The same numbers at every call, on every JDK: SHA-256 in counter mode. For one thread. */
  public RandomGenerator generator() {
    return new HashRandom(key);
  }

  @Override
  public String toString() {
    return "TrainingSeed[secret]";
  }
}
