package org.fedledger.ledger;

import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * What a party may ask the ledger to do. Those that carry a signature may be sent by anybody; the
 * ledger checks the signature, not the sender.
 */
public sealed interface LedgerAction {

  /** Counts from the next round. */
  record Admit(Address participant, long privacyBudget) implements LedgerAction {}

  /** Counts from the next round. */
  record Suspend(Address participant) implements LedgerAction {}

  record RotateSigningKey(Address participant, Address signer) implements LedgerAction {}

  record RaisePrivacyBudget(Address participant, long privacyBudget) implements LedgerAction {}

  record GrantAuditor(Address auditor) implements LedgerAction {}

  record RevokeAuditor(Address auditor) implements LedgerAction {}

  /**
   * A change of those who could change the record's future. Where the federation has verifiers, M
   * of them sign it.
   */
  record Govern(RoleChange change, Address account, List<Signature> verifiers)
      implements LedgerAction {}

  record OpenRound(RoundOpening opening) implements LedgerAction {}

  record Commit(UpdateCommitment commitment, Signature signature) implements LedgerAction {}

  record CloseCommits(RoundId roundId) implements LedgerAction {}

  record Publish(Publication publication, Decision decision, Signature signature)
      implements LedgerAction {}

  record Attest(Attestation attestation, Address verifier, Signature signature)
      implements LedgerAction {}

  record ExpirePublication(RoundId roundId) implements LedgerAction {}

  /**
   * With {@link AbortReason#COORDINATOR} by the coordinator before commits close; with {@link
   * AbortReason#DEADLINE} by anyone after the last deadline.
   */
  record AbortRound(RoundId roundId, AbortReason reason) implements LedgerAction {}
}
