package org.fedledger.finality;

import java.util.Arrays;
import java.util.List;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;

/**
 * What a transaction came to, as the receipts trie holds it (EIP-658, EIP-2718). The bloom is not
 * kept, since the logs make it.
 *
 * @param type of the transaction: 0 for one of the first kind, else the byte before its receipt
 * @param success whether its changes stand
 * @param cumulativeGas used in the block up to and with this transaction
 */
public record Receipt(int type, boolean success, long cumulativeGas, List<ReceiptLog> logs) {

  /** The first byte of a list; types lie below (EIP-2718). */
  private static final int MOST_TYPES = 0x7f;

  public Receipt {
    if (type < 0 || type > MOST_TYPES) {
      throw new MalformedRlpException("a transaction's type is 0 to 127, not " + type);
    }
    logs = List.copyOf(logs);
  }

  /** As it stands in the trie. */
  public byte[] encoded() {
    byte[] list =
        Rlp.list(
                Rlp.number(success ? 1 : 0),
                Rlp.number(cumulativeGas),
                LogsBloom.of(logs).rlp(),
                Rlp.list(logs.stream().map(ReceiptLog::rlp).toList()))
            .encode();
    if (type == 0) {
      return list;
    }
    byte[] typed = new byte[1 + list.length];
    typed[0] = (byte) type;
    System.arraycopy(list, 0, typed, 1, list.length);
    return typed;
  }

  /**
   * @throws MalformedRlpException unless {@link #encoded} writes just these bytes of some receipt
   */
  public static Receipt parse(byte[] encoded) {
    if (encoded.length == 0) {
      throw new MalformedRlpException("a receipt is empty");
    }
    boolean typed = encoded[0] >= 0;
    List<Rlp> parts =
        Rlp.decode(typed ? Arrays.copyOfRange(encoded, 1, encoded.length) : encoded)
            .asList("a receipt", 4);
    long status = parts.get(0).asText("a receipt's status").number();
    if (status > 1 || typed && encoded[0] == 0) {
      throw new MalformedRlpException(
          "a receipt's status is 0 or 1, and its type stands only if it is not 0");
    }
    Receipt receipt =
        new Receipt(
            typed ? encoded[0] : 0,
            status == 1,
            parts.get(1).asText("a receipt's gas").number(),
            parts.get(3).asList("a receipt's logs").stream().map(ReceiptLog::read).toList());
    if (!LogsBloom.of(receipt.logs()).rlp().equals(parts.get(2))) {
      throw new MalformedRlpException("a receipt's bloom is not that of its logs");
    }
    return receipt;
  }
}
