package org.fedledger.client.node;

import org.fedledger.crypto.Signature;
import org.fedledger.types.Address;

/**
 * A participant's evaluation as a node gives it.
 *
 * @param metrics the canonical file that was signed; its digest fits, the signature is not checked
 */
public record PostedEvaluation(Address participant, Signature signature, byte[] metrics) {}
