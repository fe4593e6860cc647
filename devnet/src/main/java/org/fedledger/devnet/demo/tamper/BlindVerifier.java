package org.fedledger.devnet.demo.tamper;

import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Publication;

/** A verifier who attests to whatever is published, without looking at a file. */
public record BlindVerifier(Ledger ledger, SigningKey key) {

  /** Attests to the pending publication, if this verifier has not yet. */
  public void step(FederationState state) {
    Optional<Candidate> pending =
        state
            .openRound()
            .filter(round -> round.verifiers().contains(key.address()))
            .flatMap(Round::pending)
            .filter(c -> !c.attestations().containsKey(key.address()));
    if (pending.isPresent()) {
      Publication p = pending.get().record().publication();
      Attestation attestation =
          Attestation.match(pending.get().record().publicationId(), p.model(), p.state());
      ledger.submit(
          new LedgerAction.Attest(
              attestation, key.address(), ledger.domain().sign(attestation, key)));
    }
  }
}
