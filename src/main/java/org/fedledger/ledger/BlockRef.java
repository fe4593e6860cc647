package org.fedledger.ledger;

import org.fedledger.types.BlockHash;

/**
 * A block as far as the protocol looks at it.
 *
 * @param number height, from 0
 * @param hash its hash; two blocks of one number differ in it after a reorg
 * @param parent hash of the block before
 * @param timestamp seconds since 1970 UTC; all deadlines are compared with this clock only
 */
public record BlockRef(long number, BlockHash hash, BlockHash parent, long timestamp) {}
