package org.fedledger.signing;

import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * What a round is opened with, and so what everything signed in it is bound to.
 *
 * @param round its number, uint64
 * @param plan SHA-256 of the plan's file
 * @param base SHA-256 of the base version's file
 * @param commitDeadline seconds since 1970 UTC, uint64
 * @param revealSeconds from the close of commits, uint32
 * @param publicationSeconds per attempt, uint32
 * @param attestationSeconds from a publication, uint32
 */
public record RoundTerms(
    FederationId federationId,
    long round,
    Digest plan,
    Digest base,
    long commitDeadline,
    long revealSeconds,
    long publicationSeconds,
    long attestationSeconds) {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseDigest,"
              + "uint64 commitDeadline,uint32 revealSeconds,uint32 publicationSeconds,"
              + "uint32 attestationSeconds)");

  public RoundTerms {
    StructEncoder.requireUint32("a round's revealSeconds", revealSeconds);
    StructEncoder.requireUint32("a round's publicationSeconds", publicationSeconds);
    StructEncoder.requireUint32("a round's attestationSeconds", attestationSeconds);
  }

  /** The round's id: the struct hash of these terms. */
  public RoundId id() {
    return new RoundId(
        new StructEncoder(TYPE_HASH)
            .bytes32(federationId.bytes())
            .uint(round)
            .bytes32(plan.bytes())
            .bytes32(base.bytes())
            .uint(commitDeadline)
            .uint(revealSeconds)
            .uint(publicationSeconds)
            .uint(attestationSeconds)
            .hash());
  }
}
