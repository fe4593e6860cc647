package org.fedledger.finality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/** What was recorded from a real QBFT network; {@code vectors/qbft/README.md} says how. */
public final class QbftVectors {

  /** A recorded block. */
  public record Block(JsonNode recorded) {

    public byte[] rawHeader() {
      return bytes(recorded.get("rawHeader"));
    }

    public QbftHeader header() {
      return QbftHeader.parse(rawHeader());
    }

    public long number() {
      return quantity(recorded.at("/block/number"));
    }

    public BlockHash hash() {
      return BlockHash.of(recorded.at("/block/hash").textValue());
    }

    /** The header as other nodes keep it. */
    public List<QbftHeader> copies() {
      List<QbftHeader> copies = new ArrayList<>();
      recorded
          .path("sealsFromOtherNodes")
          .forEach(
              other ->
                  copies.add(
                      QbftHeader.of(
                          header().header().withExtraData(bytes(other.get("extraData"))))));
      return copies;
    }

    public List<Receipt> receipts() {
      List<Receipt> receipts = new ArrayList<>();
      RECEIPTS
          .get("receiptsByBlock")
          .get(recorded.at("/block/number").textValue())
          .forEach(receipt -> receipts.add(read(receipt)));
      return receipts;
    }

    @Override
    public String toString() {
      return "block " + number() + ", " + recorded.get("note").textValue();
    }
  }

  private static final JsonNode BLOCKS = load("blocks.json");
  private static final JsonNode RECEIPTS = load("receipts.json");

  private QbftVectors() {}

  public static Stream<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    BLOCKS.get("blocks").forEach(block -> blocks.add(new Block(block)));
    return blocks.stream();
  }

  public static Block block(long number) {
    return blocks().filter(block -> block.number() == number).findFirst().orElseThrow();
  }

  public static JsonNode genesis() {
    return load("genesis.json");
  }

  public static ValidatorSet validators() {
    return ValidatorSet.of(block(0).header().extraData().validators());
  }

  public static byte[] bytes(JsonNode hex) {
    return HexFormat.of().parseHex(hex.textValue(), 2, hex.textValue().length());
  }

  private static long quantity(JsonNode hex) {
    return Long.parseLong(hex.textValue().substring(2), 16);
  }

  private static Receipt read(JsonNode receipt) {
    List<ReceiptLog> logs = new ArrayList<>();
    receipt
        .get("logs")
        .forEach(
            log -> {
              List<Rlp.Text> topics = new ArrayList<>();
              log.get("topics").forEach(topic -> topics.add(Rlp.text(bytes(topic))));
              logs.add(
                  new ReceiptLog(
                      Address.of(log.get("address").textValue()),
                      topics,
                      Rlp.text(bytes(log.get("data")))));
            });
    return new Receipt(
        (int) quantity(receipt.get("type")),
        quantity(receipt.get("status")) == 1,
        quantity(receipt.get("cumulativeGasUsed")),
        logs);
  }

  private static JsonNode load(String name) {
    try (InputStream in = QbftVectors.class.getResourceAsStream("/vectors/qbft/" + name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
