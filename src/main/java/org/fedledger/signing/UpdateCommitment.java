package org.fedledger.signing;

import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A participant's promise of one file. A participant signs at most one for each stage of a round.
 *
 * <p>Whether the ledger takes it (membership, weight cap, budget) is the ledger's to say.
 *
 * @param stage of the round, from 0, uint8
 * @param participant the participant's first admitted address, whichever key signs
 * @param digest SHA-256 of the file
 * @param size of it in bytes, uint64
 * @param weight number of training examples, uint64
 * @param privacyCost units of 10^-9 at the spec's Rényi orders, uint64
 */
public record UpdateCommitment(
    RoundId roundId,
    int stage,
    Address participant,
    Digest digest,
    long size,
    long weight,
    long privacyCost)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "UpdateCommitment(bytes32 roundId,uint8 stage,address participant,bytes32 digest,"
              + "uint64 size,uint64 weight,uint64 privacyCost)");

  public UpdateCommitment {
    StructEncoder.requireUint8("a commitment's stage", stage);
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(roundId.bytes())
        .uint(stage)
        .address(participant)
        .bytes32(digest.bytes())
        .uint(size)
        .uint(weight)
        .uint(privacyCost)
        .hash();
  }
}
