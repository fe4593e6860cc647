package org.fedledger.verify;

import java.util.Map;
import java.util.Optional;
import org.fedledger.types.Digest;

/**
 * What came of computing a publication again.
 *
 * @param model the digest, if there is a new version
 * @param fault why the publication is wrong; empty if it is not
 */
record Recomputation(Optional<Digest> model, Optional<Fault> fault) {

  /**
   * @param evidence names and values, in a telling order
   */
  record Fault(String what, Map<String, String> evidence) {}

  static Recomputation right(Optional<Digest> model) {
    return new Recomputation(model, Optional.empty());
  }

  static Recomputation wrong(Optional<Digest> model, String what, Map<String, String> evidence) {
    return new Recomputation(model, Optional.of(new Fault(what, evidence)));
  }

  PublicationFinding finding() {
    return fault.isEmpty() ? PublicationFinding.CORRECT : PublicationFinding.WRONG;
  }
}
