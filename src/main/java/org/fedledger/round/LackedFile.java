package org.fedledger.round;

import org.fedledger.store.AbsentBlob.Cause;
import org.fedledger.types.Digest;

/**
 * A file that a round needs and that could not be had.
 *
 * @param what for people, such as "the round's plan"
 * @param why for people
 */
public record LackedFile(String what, Digest digest, Cause cause, String why) {

  @Override
  public String toString() {
    return "%s, %s: %s".formatted(what, digest, why);
  }
}
