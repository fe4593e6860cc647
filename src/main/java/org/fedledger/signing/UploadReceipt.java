package org.fedledger.signing;

import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * An aggregator's or verifier's confirmation that it holds a committed file. It is signed after the
 * file's last byte came, and disproves its signer's MISSING.
 *
 * @param stage of the round, in which the file was committed, uint8
 * @param author the participant who committed the file
 * @param digest SHA-256 of the file
 * @param size of the file in bytes, uint64
 * @param blockNumber the newest block known when it was signed, uint64
 * @param blockHash that block's hash
 */
public record UploadReceipt(
    RoundId roundId,
    int stage,
    Address author,
    Digest digest,
    long size,
    long blockNumber,
    BlockHash blockHash)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "UploadReceipt(bytes32 roundId,uint8 stage,address author,bytes32 digest,uint64 size,"
              + "uint64 blockNumber,bytes32 blockHash)");

  public UploadReceipt {
    StructEncoder.requireUint8("a receipt's stage", stage);
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(roundId.bytes())
        .uint(stage)
        .address(author)
        .bytes32(digest.bytes())
        .uint(size)
        .uint(blockNumber)
        .bytes32(blockHash.bytes())
        .hash();
  }
}
