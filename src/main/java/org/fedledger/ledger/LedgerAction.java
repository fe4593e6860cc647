package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.Decision;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.Publication;
import org.fedledger.signing.RecoveryVeto;
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

  /** Signed by the participant's newest key; counts from the next round. */
  record RotateKey(KeyRotation rotation, Signature signature) implements LedgerAction {}

  /** By the coordinator, if founded without verifiers: a new key in place of a lost one. */
  record RequestRecovery(Address participant, Address signer) implements LedgerAction {}

  /** Signed by the participant's newest key. */
  record VetoRecovery(RecoveryVeto veto, Signature signature) implements LedgerAction {}

  /** After the last second for a veto; the new key counts from the next round. */
  record CompleteRecovery(Address participant) implements LedgerAction {}

  /** Signed by the participant's newest key; counts from the next round. */
  record RaiseBudget(BudgetRaise raise, Signature signature) implements LedgerAction {}

  record GrantAuditor(Address auditor) implements LedgerAction {}

  record RevokeAuditor(Address auditor) implements LedgerAction {}

  /**
   * A change of those who could change the record's future, or of what rounds build on.
   *
   * @param signatures of M verifiers, ascending by their addresses; none where the coordinator
   *     sends it since there are no verifiers
   */
  record Govern(GovernanceKind kind, Address account, BigInteger value, List<Signature> signatures)
      implements LedgerAction {
    public Govern {
      signatures = List.copyOf(signatures);
    }
  }

  /** By the successor, while there are no verifiers. */
  record ClaimCoordination() implements LedgerAction {}

  /** By the coordinator. */
  record VetoClaim() implements LedgerAction {}

  /** After the last second for a veto. */
  record CompleteClaim() implements LedgerAction {}

  record OpenRound(RoundOpening opening) implements LedgerAction {}

  record Commit(UpdateCommitment commitment, Signature signature) implements LedgerAction {}

  /** Closes the present stage's commits. */
  record CloseCommits(RoundId roundId) implements LedgerAction {}

  record Publish(Publication publication, Decision decision, Signature signature)
      implements LedgerAction {}

  record Attest(Attestation attestation, Address verifier, Signature signature)
      implements LedgerAction {}

  record ExpirePublication(RoundId roundId) implements LedgerAction {}

  /**
   * With {@link AbortReason#COORDINATOR} by the coordinator before commits of stage 0 close; by
   * anyone while no publication is pending, with {@link AbortReason#ATTEMPTS_EXHAUSTED} once the
   * last attempt has failed, else with {@link AbortReason#DEADLINE} after the last deadline.
   */
  record AbortRound(RoundId roundId, AbortReason reason) implements LedgerAction {}
}
