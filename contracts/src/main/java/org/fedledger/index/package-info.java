/**
 * An index of what a federation's ledger records, and the queries on it.
 *
 * <p>The index is a convenience, never a proof: it holds nothing that the ledger does not, may be
 * deleted at any time, and no audit reads it.
 */
package org.fedledger.index;
