package org.fedledger.tensor;

import org.fedledger.types.Digest;

/**
 * What a file is committed by.
 *
 * @param digest SHA-256 of all its bytes
 * @param size in bytes
 */
public record BlobId(Digest digest, long size) {}
