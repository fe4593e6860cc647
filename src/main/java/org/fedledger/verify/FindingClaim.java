package org.fedledger.verify;

import java.util.Optional;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.Attested;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Reason;
import org.fedledger.types.Digest;

/**
 * What a verifier signed of a publication is what comes of computing it again.
 *
 * <p>Nothing but a recomputation convicts one. Who differs about a publication that calls an update
 * {@code MISSING} may have had the file, and whoever lacks a file has said nothing of the
 * publication.
 */
record FindingClaim(RoundCase round, Findings findings) {

  /**
   * @param found whether the publication is right
   * @param recomputed the model, if one was made
   */
  void check(Candidate candidate, PublicationFinding found, Optional<Digest> recomputed) {
    for (Attested attested : candidate.attestations().values()) {
      if (!round.isSignedBy(attested.verifier(), attested.attestation(), attested.signature())) {
        continue;
      }
      Finding said = attested.attestation().finding();
      if (said == Finding.MATCH && found == PublicationFinding.WRONG) {
        contradicts(
            candidate,
            attested,
            recomputed,
            "the verifier attests to a publication that the committed updates do not make");
      } else if (said == Finding.DIFFER
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
