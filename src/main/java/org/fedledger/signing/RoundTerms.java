package org.fedledger.signing;

import java.math.BigInteger;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * What a round is opened with, and so what everything signed in it is bound to.
 *
 * @param round its number, uint64
 * @param plan SHA-256 of the plan's file
 * @param baseModel SHA-256 of the base version's model
 * @param baseState SHA-256 of the base version's rule state; {@link Digest#NONE} without one
 * @param commitDeadline of stage 0, seconds since 1970 UTC, uint64
 * @param laterStages stages 1 to 5, packed, uint256
 * @param revealSeconds from the close of the last stage's commits, uint32
 * @param publicationSeconds per attempt, uint32
 * @param attestationSeconds from a publication, uint32
 * @param attempts most publications, uint32
 * @param draw which members take part
 * @param weightCap largest weight of an update, uint64
 */
public record RoundTerms(
    FederationId federationId,
    long round,
    Digest plan,
    Digest baseModel,
    Digest baseState,
    long commitDeadline,
    BigInteger laterStages,
    long revealSeconds,
    long publicationSeconds,
    long attestationSeconds,
    long attempts,
    Draw draw,
    long weightCap) {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseModel,"
              + "bytes32 baseState,uint64 commitDeadline,uint256 laterStages,uint32 revealSeconds,"
              + "uint32 publicationSeconds,uint32 attestationSeconds,uint32 attempts,"
              + "uint256 drawThreshold,uint32 drawn,uint64 weightCap)");

  public RoundTerms {
    StructEncoder.requireUint256("a round's laterStages", laterStages);
    StructEncoder.requireUint32("a round's revealSeconds", revealSeconds);
    StructEncoder.requireUint32("a round's publicationSeconds", publicationSeconds);
    StructEncoder.requireUint32("a round's attestationSeconds", attestationSeconds);
    StructEncoder.requireUint32("a round's attempts", attempts);
  }

  /** The round's id: the struct hash of these terms. */
  public RoundId id() {
    return new RoundId(
        new StructEncoder(TYPE_HASH)
            .bytes32(federationId.bytes())
            .uint(round)
            .bytes32(plan.bytes())
            .bytes32(baseModel.bytes())
            .bytes32(baseState.bytes())
            .uint(commitDeadline)
            .uint(laterStages)
            .uint(revealSeconds)
            .uint(publicationSeconds)
            .uint(attestationSeconds)
            .uint(attempts)
            .uint(draw.threshold())
            .uint(draw.drawn())
            .uint(weightCap)
            .hash());
  }
}
