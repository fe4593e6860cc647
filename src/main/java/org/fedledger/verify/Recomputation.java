package org.fedledger.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What came of computing a publication again.
 *
 * @param model the digest, if there is a new version
 * @param fault why the publication is wrong; empty if it is not
 * @param leftOut participants whose accepted updates the rule did not choose, by address
 */
record Recomputation(Optional<Digest> model, Optional<Fault> fault, List<Address> leftOut) {

  /**
   * @param evidence names and values, in a telling order
   */
  record Fault(String what, Map<String, String> evidence) {}

  static Recomputation right(Optional<Digest> model) {
    return new Recomputation(model, Optional.empty(), List.of());
  }

  static Recomputation wrong(Optional<Digest> model, String what, Map<String, String> evidence) {
    return new Recomputation(model, Optional.of(new Fault(what, evidence)), List.of());
  }

  Recomputation leavingOut(List<Address> participants) {
    return new Recomputation(model, fault, participants);
  }

  PublicationFinding finding() {
    return fault.isEmpty() ? PublicationFinding.CORRECT : PublicationFinding.WRONG;
  }
}
