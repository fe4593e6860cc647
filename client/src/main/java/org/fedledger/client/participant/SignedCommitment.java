package org.fedledger.client.participant;

import org.fedledger.crypto.Signature;
import org.fedledger.signing.UpdateCommitment;

/** What is sent to the ledger, by whomever. */
public record SignedCommitment(UpdateCommitment commitment, Signature signature) {}
