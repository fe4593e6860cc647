package org.fedledger.signing;

/**
 * One of the structs that parties sign. Each starts with what it is bound to, and none can be read
 * as another, since the hash of its type comes first.
 */
public sealed interface SignedMessage
    permits UpdateCommitment,
        Publication,
        Attestation,
        UploadReceipt,
        Evaluation,
        NodeRequest,
        NodePlace,
        GovernanceChange,
        KeyRotation,
        RecoveryVeto,
        BudgetRaise {

  /** The EIP-712 struct hash, 32 bytes. It names no deployment; {@link SigningDomain} does. */
  byte[] structHash();
}
