package org.fedledger.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.QbftHeader;
import org.fedledger.finality.Receipt;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.finality.ReceiptProof;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * What blocks prove, read over JSON-RPC: headers as they were hashed and sealed, and receipts as
 * they stand in a block's trie.
 *
 * <p>Headers are put together from their fields, since few nodes give raw ones, and are taken only
 * if they have the hash that the node gives the block; receipts only if they make its root.
 */
public final class BlockRecords {

  private static final List<Field> FIELDS =
      List.of(
          new Field("parentHash", false),
          new Field("sha3Uncles", false),
          new Field("miner", false),
          new Field("stateRoot", false),
          new Field("transactionsRoot", false),
          new Field("receiptsRoot", false),
          new Field("logsBloom", false),
          new Field("difficulty", true),
          new Field("number", true),
          new Field("gasLimit", true),
          new Field("gasUsed", true),
          new Field("timestamp", true),
          new Field("extraData", false),
          new Field("mixHash", false),
          new Field("nonce", false));

  /** What later forks added, in their order; the first that is missing ends the header. */
  private static final List<Field> LATER_FIELDS =
      List.of(
          new Field("baseFeePerGas", true),
          new Field("withdrawalsRoot", false),
          new Field("blobGasUsed", true),
          new Field("excessBlobGas", true),
          new Field("parentBeaconBlockRoot", false),
          new Field("requestsHash", false));

  private static final int MOST_TRANSACTIONS = 20_000;

  /**
   * @param quantity whether it is a number, which stands without leading zeros
   */
  private record Field(String name, boolean quantity) {

    Rlp read(JsonNode block) {
      byte[] bytes = bytes(block.get(name));
      return Rlp.text(quantity ? withoutLeadingZeros(bytes) : bytes);
    }
  }

  /**
   * A block's header.
   *
   * @param hash the block's, by the rules of its chain
   * @param qbft whether those are QBFT's, so that the header may carry seals
   */
  public record Block(
      BlockHeader header, BlockHash hash, boolean qbft, List<TransactionHash> transactions) {}

  /** web3j's answers have a class for each method; here the answer is looked at as it is. */
  static final class JsonAnswer extends Response<JsonNode> {}

  private final Rpc rpc;

  public BlockRecords(Rpc rpc) {
    this.rpc = rpc;
  }

  /**
   * A block by its number; empty if there is none yet.
   *
   * @throws LedgerUnreachableException if the node does not answer, or what it answers does not
   *     have the hash that it says
   */
  public Optional<Block> block(long number) {
    JsonNode block = ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
    if (block == null || block.isNull()) {
      return Optional.empty();
    }
    try {
      Block read = read(block);
      if (read.header().number() != number) {
        throw new IllegalArgumentException("it is block " + read.header().number());
      }
      return Optional.of(read);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new LedgerUnreachableException(
          "the chain node at %s gives no header of block %d that can be read: %s"
              .formatted(rpc.origin(), number, e.getMessage()),
          e);
    }
  }

  private Block read(JsonNode block) {
    BlockHeader header = header(block);
    BlockHash hash = BlockHash.of(block.get("hash").textValue());
    List<TransactionHash> transactions = new ArrayList<>();
    block.get("transactions").forEach(t -> transactions.add(TransactionHash.of(t.textValue())));
    if (transactions.size() > MOST_TRANSACTIONS) {
      throw new IllegalArgumentException("it has %d transactions".formatted(transactions.size()));
    }
    if (isQbft(header, hash)) {
      return new Block(header, hash, true, transactions);
    }
    if (header.hash().equals(hash)) {
      return new Block(header, hash, false, transactions);
    }
    throw new IllegalArgumentException(
        "its fields hash to %s, and the node says %s".formatted(header.hash(), hash));
  }

  private static boolean isQbft(BlockHeader header, BlockHash hash) {
    try {
      return QbftHeader.of(header).hash().equals(hash);
    } catch (MalformedRlpException otherExtraData) {
      return false;
    }
  }

  private static BlockHeader header(JsonNode block) {
    List<Rlp> fields = new ArrayList<>();
    FIELDS.forEach(field -> fields.add(field.read(block)));
    for (Field field : LATER_FIELDS) {
      if (!block.hasNonNull(field.name())) {
        break;
      }
      fields.add(field.read(block));
    }
    return BlockHeader.of(fields);
  }

  /**
   * All receipts of a block, in order.
   *
   * @throws LedgerUnreachableException if the node does not answer, or what it answers does not
   *     make the header's receipts root
   */
  public List<Receipt> receipts(Block block) {
    List<Receipt> receipts = new ArrayList<>();
    try {
      for (TransactionHash transaction : block.transactions()) {
        receipts.add(receipt(ask("eth_getTransactionReceipt", transaction.toString())));
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new LedgerUnreachableException(
          "the chain node at %s gives receipts of block %d that cannot be read: %s"
              .formatted(rpc.origin(), block.header().number(), e.getMessage()),
          e);
    }
    if (!ReceiptProof.trie(receipts).root().equals(block.header().receiptsRoot())) {
      throw new LedgerUnreachableException(
          "the chain node at %s gives receipts of block %d that do not make its receipts root"
              .formatted(rpc.origin(), block.header().number()),
          null);
    }
    return receipts;
  }

  private static Receipt receipt(JsonNode receipt) {
    List<ReceiptLog> logs = new ArrayList<>();
    for (JsonNode log : receipt.get("logs")) {
      List<Rlp.Text> topics = new ArrayList<>();
      log.get("topics").forEach(topic -> topics.add(Rlp.text(bytes(topic))));
      logs.add(
          new ReceiptLog(
              new Address(bytes(log.get("address"))), topics, Rlp.text(bytes(log.get("data")))));
    }
    JsonNode type = receipt.get("type");
    return new Receipt(
        type == null || type.isNull() ? 0 : (int) number(type),
        number(receipt.get("status")) == 1,
        number(receipt.get("cumulativeGasUsed")),
        logs);
  }

  private JsonNode ask(String method, Object... parameters) {
    return rpc.find(
            new Request<>(method, List.of(parameters), rpc.service(), JsonAnswer.class),
            JsonAnswer::getResult)
        .orElse(null);
  }

  private static long number(JsonNode hex) {
    return Rlp.text(withoutLeadingZeros(bytes(hex))).number();
  }

  /** Of {@code 0x} and hex digits, an odd number of them too, as numbers are written. */
  private static byte[] bytes(JsonNode hex) {
    if (!hex.textValue().startsWith("0x")) {
      throw new IllegalArgumentException("hex digits begin with 0x");
    }
    String digits = hex.textValue().substring(2);
    return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
  }

  private static byte[] withoutLeadingZeros(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    return java.util.Arrays.copyOfRange(bytes, zeros, bytes.length);
  }
}
