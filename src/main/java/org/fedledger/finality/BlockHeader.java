package org.fedledger.finality;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.crypto.Keccak256;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TrieRoot;

/**
 * A block header (Yellow Paper, section 4.3, with the fields that EIP-1559, 4895, 4844, 4788 and
 * later ones added at its end). Fields that are not looked at are kept as they are, so that what
 * was parsed is written again to the same bytes.
 */
public final class BlockHeader {

  /** Longest encoding that is looked at; a header with a hundred validators has about 10,000. */
  public static final int MAX_BYTES = 256 << 10;

  /** Largest number and time of a block: further off than any, and safe to count on from. */
  private static final long MOST = (1L << 53) - 1;

  private static final int LEAST_FIELDS = 15;
  private static final int MOST_FIELDS = 32;

  static final int PARENT = 0;
  static final int COINBASE = 2;
  private static final int STATE_ROOT = 3;
  private static final int TRANSACTIONS_ROOT = 4;
  private static final int RECEIPTS_ROOT = 5;
  private static final int BLOOM = 6;
  static final int NUMBER = 8;
  static final int TIMESTAMP = 11;
  static final int EXTRA_DATA = 12;

  private final List<Rlp> fields;

  private BlockHeader(List<Rlp> fields) {
    this.fields = fields;
  }

  /**
   * Reads the RLP of a header, as {@code debug_getRawHeader} gives it.
   *
   * @throws MalformedRlpException unless it is that of a header
   */
  public static BlockHeader parse(byte[] encoded) {
    if (encoded.length > MAX_BYTES) {
      throw new MalformedRlpException(
          "a header takes at most %d bytes, not %d".formatted(MAX_BYTES, encoded.length));
    }
    return of(Rlp.decode(encoded).asList("a header"));
  }

  /**
   * A header of its fields, in their order.
   *
   * @throws MalformedRlpException if they cannot be those of a header
   */
  public static BlockHeader of(List<Rlp> fields) {
    if (fields.size() < LEAST_FIELDS || fields.size() > MOST_FIELDS) {
      throw new MalformedRlpException("a header does not have %d fields".formatted(fields.size()));
    }
    fields.forEach(field -> field.asText("a header's field"));
    BlockHeader header = new BlockHeader(List.copyOf(fields));
    header.parent();
    header.coinbase();
    header.stateRoot();
    header.transactionsRoot();
    header.receiptsRoot();
    header.bloom();
    if (header.number() > MOST || header.timestamp() > MOST) {
      throw new MalformedRlpException(
          "no block has the number %d and the time %d"
              .formatted(header.number(), header.timestamp()));
    }
    return header;
  }

  /** In their order. */
  List<Rlp> fields() {
    return fields;
  }

  /** Its RLP. */
  public byte[] encoded() {
    return Rlp.list(fields).encode();
  }

  public BlockHash parent() {
    return new BlockHash(fixed(PARENT, "the parent's hash", BlockHash.LENGTH));
  }

  /** Who proposed it, on QBFT; the beneficiary of fees. */
  public Address coinbase() {
    return new Address(fixed(COINBASE, "the coinbase", Address.LENGTH));
  }

  public TrieRoot stateRoot() {
    return new TrieRoot(fixed(STATE_ROOT, "the state root", TrieRoot.LENGTH));
  }

  public TrieRoot transactionsRoot() {
    return new TrieRoot(fixed(TRANSACTIONS_ROOT, "the transactions root", TrieRoot.LENGTH));
  }

  public TrieRoot receiptsRoot() {
    return new TrieRoot(fixed(RECEIPTS_ROOT, "the receipts root", TrieRoot.LENGTH));
  }

  /** Of all logs in the block. */
  public LogsBloom bloom() {
    return new LogsBloom(fixed(BLOOM, "the bloom", LogsBloom.LENGTH));
  }

  public long number() {
    return text(NUMBER).number();
  }

  /** Seconds since 1970 UTC. */
  public long timestamp() {
    return text(TIMESTAMP).number();
  }

  public byte[] extraData() {
    return text(EXTRA_DATA).bytes();
  }

  /** The same with other extra data. */
  BlockHeader withExtraData(byte[] changed) {
    List<Rlp> others = new ArrayList<>(fields);
    others.set(EXTRA_DATA, Rlp.text(changed));
    return new BlockHeader(List.copyOf(others));
  }

  /** Its hash where no consensus says otherwise: Keccak-256 of its RLP. */
  public BlockHash hash() {
    return new BlockHash(Keccak256.hash(encoded()));
  }

  private Rlp.Text text(int field) {
    return fields.get(field).asText("a header's field");
  }

  private byte[] fixed(int field, String what, int length) {
    return fields.get(field).asText(what, length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockHeader that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return "header of block " + number();
  }
}
