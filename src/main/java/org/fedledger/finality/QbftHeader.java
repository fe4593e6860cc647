package org.fedledger.finality;

import java.util.Arrays;
import java.util.Optional;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.Signature;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/**
 * The header of a block that QBFT validators decided.
 *
 * <p>Nodes keep different seals for one block, of the same hash: compare hashes, not headers.
 */
public record QbftHeader(BlockHeader header, QbftExtraData extraData) {

  private static final int V = QbftExtraData.SEAL - 1;
  private static final int V_OF_SIGNATURES = 27;

  /**
   * @param extraData what the header's says
   * @throws IllegalArgumentException if the header's says otherwise
   */
  public QbftHeader {
    if (!Arrays.equals(extraData.encoded(), header.extraData())) {
      throw new IllegalArgumentException("a header's extra data says something else");
    }
  }

  /**
   * @throws MalformedRlpException if its extra data is not QBFT's
   */
  public static QbftHeader of(BlockHeader header) {
    return new QbftHeader(header, QbftExtraData.parse(header.extraData()));
  }

  /**
   * @throws MalformedRlpException unless it is the RLP of such a header
   */
  public static QbftHeader parse(byte[] encoded) {
    return of(BlockHeader.parse(encoded));
  }

  public long number() {
    return header.number();
  }

  /** The block's hash: over the header with round 0 and without seals; of a genesis, as it is. */
  public BlockHash hash() {
    return withoutSeals().hash();
  }

  /**
   * What the block's hash is over: the header without seals, which nodes have differently. Where a
   * later header that names it, directly or not, is sealed, its own seals prove nothing more.
   */
  public BlockHeader withoutSeals() {
    return number() == 0
        ? header
        : header.withExtraData(extraData.withoutRoundAndSeals().encoded());
  }

  /** Who sealed it with that seal; empty if nobody can have made it. */
  Optional<Address> signer(Rlp.Text seal) {
    byte[] bytes = seal.bytes();
    if (bytes[V] != 0 && bytes[V] != 1) {
      return Optional.empty();
    }
    bytes[V] += V_OF_SIGNATURES;
    try {
      return new Signature(bytes).recover(sealedHash());
    } catch (IllegalArgumentException notASignature) {
      return Optional.empty();
    }
  }

  /** What is sealed: Keccak-256 over the header with its round and without seals. */
  private byte[] sealedHash() {
    byte[] encoded = header.withExtraData(extraData.withoutSeals().encoded()).encoded();
    return Keccak256.hash(encoded);
  }
}
