package org.fedledger.verify;

import java.util.Optional;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.Attested;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.types.Digest;

/**
 * Holds what verifiers signed against what was recomputed.
 *
 * <p>A verifier who differs because it had no file for an update that the record calls MISSING, or
 * had one, is not proven wrong; whoever contradicts what the files decide is.
 */
record AttestationCheck(Round round, Findings findings) {

  /**
   * @param recomputed the model, if one was made
   */
  void check(Candidate candidate, PublicationFinding found, Optional<Digest> recomputed) {
    for (Attested attested : candidate.attestations().values()) {
      checkConsistent(candidate, attested);
      Finding finding = attested.attestation().finding();
      if (finding == Finding.MATCH && found == PublicationFinding.WRONG) {
        contradicts(
            candidate,
            attested,
            recomputed,
            "the verifier attests to a publication that the committed updates do not make");
      } else if (finding == Finding.DIFFER
          && found == PublicationFinding.CORRECT
          && !dependsOnArrival(candidate)) {
        contradicts(
            candidate,
            attested,
            recomputed,
            "the verifier disputes a publication that is exactly what the committed updates make");
      }
    }
  }

  private void checkConsistent(Candidate candidate, Attested attested) {
    Publication p = candidate.record().publication();
    var said = attested.attestation();
    if (said.finding() == Finding.MATCH
        && !(said.model().equals(p.model()) && said.state().equals(p.state()))) {
      findings.problem(
          attested.verifier().toString(),
          "the attestation says that it matches, with other digests than the publication's",
          "attempt",
          candidate.attempt(),
          "attestedModel",
          said.model(),
          "publishedModel",
          p.model());
    }
  }

  private static boolean dependsOnArrival(Candidate candidate) {
    return candidate.record().decision().rejections().stream()
        .anyMatch(r -> r.reason() == Reason.MISSING);
  }

  private void contradicts(
      Candidate candidate, Attested attested, Optional<Digest> recomputed, String what) {
    findings.problem(
        attested.verifier().toString(),
        what,
        "attempt",
        candidate.attempt(),
        "publishedDigest",
        candidate.record().publication().model(),
        "attestedDigest",
        attested.attestation().model(),
        "recomputedDigest",
        recomputed.map(Digest::toString).orElse("none"),
        "signature",
        attested.signature());
  }
}
