package org.fedledger.ledger;

import org.fedledger.types.Digest;

/**
 * What the coordinator fixes when a round opens.
 *
 * @param plan digest of the plan file
 * @param planSize its size in bytes
 * @param commitDeadline last second, since 1970 UTC, at which a commitment is taken
 * @param revealSeconds how long after the closing of commits an upload may still come
 * @param publicationSeconds how long an attempt may take, the first counted from the end of the
 *     reveal
 * @param attestationSeconds how long verifiers may take for one publication
 * @param weightCap largest number of examples one update may claim, 1 to 2^32-1
 */
public record RoundOpening(
    Digest plan,
    long planSize,
    long commitDeadline,
    int revealSeconds,
    int publicationSeconds,
    int attestationSeconds,
    long weightCap) {}
