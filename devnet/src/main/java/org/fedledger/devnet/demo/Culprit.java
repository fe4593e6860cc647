package org.fedledger.devnet.demo;

import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport;

/**
 * What an audit must say of a fraud: where it happened, who did it, and the two digests.
 *
 * @param digest the one that stands on the ledger
 */
record Culprit(long round, Address who, Digest digest) {

  /** Whether a problem names all of it, with another digest beside the one on the ledger. */
  boolean namedBy(AuditReport report) {
    return report.problems().stream().anyMatch(this::namedBy);
  }

  private boolean namedBy(AuditReport.Problem problem) {
    boolean here = problem.round().isPresent() && problem.round().getAsLong() == round;
    boolean digests =
        problem.evidence().containsValue(digest.toString())
            && problem.evidence().entrySet().stream()
                .anyMatch(
                    e -> e.getKey().endsWith("Digest") && !e.getValue().equals(digest.toString()));
    return here && problem.who().equals(who.toString()) && digests;
  }
}
