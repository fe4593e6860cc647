package org.fedledger.bundle;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.finality.Receipt;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.TransactionHash;

/**
 * All receipts of a block, in order, each with its transaction's hash. The receipts make the
 * header's receipts root, so that none is missing; the hashes only help to find transactions.
 */
public record BundleReceipts(List<TransactionHash> transactions, List<Receipt> receipts) {

  public BundleReceipts {
    transactions = List.copyOf(transactions);
    receipts = List.copyOf(receipts);
    if (transactions.size() != receipts.size()) {
      throw new IllegalArgumentException("each transaction has a receipt");
    }
  }

  byte[] encoded() {
    List<Rlp> items = new ArrayList<>();
    for (int i = 0; i < receipts.size(); i++) {
      items.add(
          Rlp.list(Rlp.text(transactions.get(i).bytes()), Rlp.text(receipts.get(i).encoded())));
    }
    return Rlp.list(items).encode();
  }

  /**
   * @throws org.fedledger.rlp.MalformedRlpException unless {@link #encoded} writes just this
   */
  static BundleReceipts parse(byte[] encoded) {
    List<TransactionHash> transactions = new ArrayList<>();
    List<Receipt> receipts = new ArrayList<>();
    for (Rlp item : Rlp.decode(encoded).asList("the receipts")) {
      List<Rlp> pair = item.asList("a transaction and its receipt", 2);
      transactions.add(
          new TransactionHash(pair.get(0).asText("a transaction's hash", TransactionHash.LENGTH)));
      receipts.add(Receipt.parse(pair.get(1).asText("a receipt").bytes()));
    }
    return new BundleReceipts(transactions, receipts);
  }
}
