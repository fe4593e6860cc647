package org.fedledger.ledger;

import org.fedledger.types.TransactionHash;

/**
 * An event and where on the ledger it stands.
 *
 * @param logIndex position in its block; (block number, logIndex) orders all events
 */
public record RecordedEvent(
    LedgerEvent event, BlockRef block, TransactionHash transaction, int logIndex) {}
