package org.fedledger.index;

import org.fedledger.types.BlockHash;

/**
 * How far an index has got: the last block whose events it holds.
 *
 * @param block its number
 * @param timestamp seconds since 1970 UTC
 */
public record IndexedTo(long block, BlockHash hash, long timestamp) {}
