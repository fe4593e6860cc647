package org.fedledger.verify;

import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.ModelPublished;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * A round that has ended, as it is looked into.
 *
 * <p>Nobody is named for what it did not sign: where a signature is missing, that is the ledger's
 * fault, which took what its rules do not allow.
 *
 * @param state right after the event that ended the round
 */
record RoundCase(SigningDomain domain, FederationState state) {

  /** Who is named where the ledger itself did what its rules do not allow. */
  static final String CONTRACT = "contract";

  static final String COORDINATOR = "coordinator";

  Round round() {
    return state.round().orElseThrow();
  }

  long number() {
    return round().number();
  }

  Optional<Address> signer(SignedMessage message, Signature signature) {
    return domain.signer(message, signature);
  }

  boolean isSignedBy(Address account, SignedMessage message, Signature signature) {
    return signer(message, signature).equals(Optional.of(account));
  }

  /** Who answers for a publication: its aggregator, if it signed it and those decisions. */
  String publisher(Candidate candidate) {
    ModelPublished record = candidate.record();
    boolean signed =
        isSignedBy(record.aggregator(), record.publication(), record.signature())
            && record.decision().digest().equals(record.publication().acceptedDigest());
    return signed ? record.aggregator().toString() : CONTRACT;
  }

  /** Who answers for a commitment: its participant, if its key signed it. */
  String committer(UpdateCommitted committed) {
    ParticipantRecord member = round().members().get(committed.commitment().participant());
    return isSignedBy(member.signer(), committed.commitment(), committed.signature())
        ? member.address().toString()
        : CONTRACT;
  }

  /** How a signer is named in evidence. */
  static String named(Optional<Address> signer) {
    return signer.map(Address::toString).orElse("nobody");
  }
}
