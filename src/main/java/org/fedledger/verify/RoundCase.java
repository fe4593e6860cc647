package org.fedledger.verify;

import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * A round that has ended, as it is looked into.
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

  /** How a signer is named in evidence. */
  static String named(Optional<Address> signer) {
    return signer.map(Address::toString).orElse("nobody");
  }
}
