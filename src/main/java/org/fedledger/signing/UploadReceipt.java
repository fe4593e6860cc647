package org.fedledger.signing;

import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * An aggregator's or verifier's confirmation that it holds a committed update. It disproves
 * MISSING.
 *
 * @param author the participant who committed the update
 * @param digest SHA-256 of the update's file
 * @param size of the file in bytes, uint64
 * @param blockNumber the newest confirmed block at the time of signing, uint64
 */
public record UploadReceipt(
    RoundId roundId, Address author, Digest digest, long size, long blockNumber)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "UploadReceipt(bytes32 roundId,address author,bytes32 digest,uint64 size,"
              + "uint64 blockNumber)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(roundId.bytes())
        .address(author)
        .bytes32(digest.bytes())
        .uint(size)
        .uint(blockNumber)
        .hash();
  }
}
