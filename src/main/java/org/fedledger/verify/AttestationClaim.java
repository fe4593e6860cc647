package org.fedledger.verify;

import java.util.Optional;
import java.util.stream.Stream;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.Attested;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Each attestation is its verifier's own, and what became final had enough of them.
 *
 * <p>Who lacks a file is not at fault for it. But a file that the round is not computed from can be
 * lacked by nobody: a verifier who signed that it could not compute for want of such a file signed
 * what the ledger alone shows to be false.
 */
final class AttestationClaim implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    for (Candidate candidate : c.round().candidates()) {
      for (Attested attested : candidate.attestations().values()) {
        checkSignature(c, candidate, attested, findings);
        checkForm(c, candidate, attested, findings);
        checkLack(c, candidate, attested, findings);
      }
      checkEnough(c, candidate, findings);
      noteOthers(c, candidate, findings);
    }
  }

  private static void checkSignature(
      RoundCase c, Candidate candidate, Attested attested, Findings findings) {
    Optional<Address> signer = c.signer(attested.attestation(), attested.signature());
    if (!signer.equals(Optional.of(attested.verifier()))
        || !c.round().verifiers().contains(attested.verifier())) {
      findings.problem(
          RoundCase.CONTRACT,
          "an attestation is not signed by a verifier of the round",
          "verifier",
          attested.verifier(),
          "attempt",
          candidate.attempt(),
          "signedBy",
          RoundCase.named(signer));
    }
  }

  private static void checkEnough(RoundCase c, Candidate candidate, Findings findings) {
    Round round = c.round();
    int matching = candidate.matching().size();
    int needed = round.attestationThreshold();
    if (candidate.status() == Candidate.Status.FINAL
        && !round.verifiers().isEmpty()
        && matching < needed) {
      findings.problem(
          RoundCase.CONTRACT,
          "a publication became final with too few attestations",
          "attested",
          matching,
          "needed",
          needed);
    }
  }

  /** Each finding says what it must, and nothing else. */
  private static void checkForm(
      RoundCase c, Candidate candidate, Attested attested, Findings findings) {
    Publication p = candidate.record().publication();
    Attestation said = attested.attestation();
    boolean fits =
        switch (said.finding()) {
          case MATCH ->
              said.model().equals(p.model())
                  && said.state().equals(p.state())
                  && said.lacking().isZero();
          case DIFFER -> said.lacking().isZero();
          case LACK -> said.model().isZero() && said.state().isZero() && !said.lacking().isZero();
        };
    boolean own = c.isSignedBy(attested.verifier(), said, attested.signature());
    if (!fits) {
      findings.problem(
          own ? attested.verifier().toString() : RoundCase.CONTRACT,
          "the attestation does not say what its finding must",
          "attempt",
          candidate.attempt(),
          "finding",
          said.finding(),
          "attestedModel",
          said.model(),
          "publishedModel",
          p.model(),
          "lacking",
          said.lacking());
    }
  }

  private static void checkLack(
      RoundCase c, Candidate candidate, Attested attested, Findings findings) {
    Digest lacking = attested.attestation().lacking();
    if (attested.attestation().finding() == Finding.LACK
        && !lacking.isZero()
        && !isInput(c, lacking)
        && c.isSignedBy(attested.verifier(), attested.attestation(), attested.signature())) {
      findings.problem(
          attested.verifier().toString(),
          "the verifier says that it lacks a file from which nothing in this round is computed",
          "attempt",
          candidate.attempt(),
          "lacking",
          lacking,
          "signature",
          attested.signature());
    }
  }

  /** Whether it is the spec, the plan, a file of the base, or committed in any stage. */
  private static boolean isInput(RoundCase c, Digest file) {
    RoundOpening opening = c.round().opening();
    return Stream.of(
                c.state().created().spec(),
                opening.plan(),
                opening.baseModel(),
                opening.baseState())
            .anyMatch(file::equals)
        || c.round().stages().stream()
            .flatMap(stage -> stage.values().stream())
            .anyMatch(committed -> committed.commitment().digest().equals(file));
  }

  private static void noteOthers(RoundCase c, Candidate candidate, Findings findings) {
    if (!candidate.differing().isEmpty()) {
      findings.note(
          "round %d, attempt %d: verifiers who differ: %s"
              .formatted(c.number(), candidate.attempt(), candidate.differing()));
    }
    for (Address verifier : candidate.lacking()) {
      findings.note(
          "round %d, attempt %d: %s said nothing of the publication, for want of the file %s"
              .formatted(
                  c.number(),
                  candidate.attempt(),
                  verifier,
                  candidate.attestations().get(verifier).attestation().lacking()));
    }
  }
}
