package org.fedledger.signing;

import org.fedledger.crypto.Signature;

/** What is sent to the ledger, by whomever. */
public record SignedCommitment(UpdateCommitment commitment, Signature signature) {}
