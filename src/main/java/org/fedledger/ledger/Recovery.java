package org.fedledger.ledger;

import org.fedledger.types.Address;

/**
 * A key that a participant gets in place of a lost one, if the lost one does not veto it.
 *
 * @param signer the new key's address
 * @param readyAt last second for a veto, since 1970 UTC
 */
public record Recovery(Address signer, long readyAt) {}
