package org.fedledger.client.node;

import org.fedledger.crypto.Signature;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * A participant's evaluation as a node gives it.
 *
 * @param model that was measured
 * @param metrics the canonical file that was signed; its digest fits, the signature is not checked
 */
public record PostedEvaluation(
    Address participant, Digest model, Signature signature, byte[] metrics) {}
