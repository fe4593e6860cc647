/**
 * The gates that a committed update must pass before it is aggregated, in the protocol's order. The
 * first that fails is the reason that the ledger records.
 */
package org.fedledger.gate;
