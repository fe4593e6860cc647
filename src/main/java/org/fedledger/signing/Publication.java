package org.fedledger.signing;

import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/**
 * An aggregator's claim of a round's result: a candidate until enough verifiers attest to it.
 *
 * @param attempt from 1, uint32
 * @param model SHA-256 of the model's file
 * @param modelSize in bytes, uint64
 * @param state SHA-256 of the rule state's file; {@link Digest#NONE} for a rule without state
 * @param stateSize in bytes, uint64; 0 for a rule without state
 * @param acceptedDigest which updates were accepted and why the others were not
 */
public record Publication(
    RoundId roundId,
    long attempt,
    Digest model,
    long modelSize,
    Digest state,
    long stateSize,
    DecisionDigest acceptedDigest)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,"
              + "bytes32 state,uint64 stateSize,bytes32 acceptedDigest)");

  public Publication {
    StructEncoder.requireUint32("a publication's attempt", attempt);
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(roundId.bytes())
        .uint(attempt)
        .bytes32(model.bytes())
        .uint(modelSize)
        .bytes32(state.bytes())
        .uint(stateSize)
        .bytes32(acceptedDigest.bytes())
        .hash();
  }

  /** What verifiers attest to: the struct hash. */
  public PublicationId id() {
    return new PublicationId(structHash());
  }
}
