/**
 * What each party of a federation does: aggregator, verifier, participant, coordinator, and whoever
 * ends what waits.
 *
 * <p>A role looks at the ledger's state, calls its ports, and says what it did; it has no thread
 * and no clock of its own. What it must not forget stands on the ledger or in its blob store, so
 * that any step may be cut off, and repeated by a role made anew.
 */
package org.fedledger.role;
