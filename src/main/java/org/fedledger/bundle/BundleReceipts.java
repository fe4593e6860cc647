package org.fedledger.bundle;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.finality.Receipt;
import org.fedledger.rlp.Rlp;

/**
 * All receipts of a block, in order; they make the header's receipts root, so that none is missing.
 * The transactions' hashes are not among them, since nothing in a bundle could prove them.
 */
public record BundleReceipts(List<Receipt> receipts) {

  public BundleReceipts {
    receipts = List.copyOf(receipts);
  }

  byte[] encoded() {
    return Rlp.list(receipts.stream().map(receipt -> Rlp.text(receipt.encoded())).toList())
        .encode();
  }

  /**
   * @throws org.fedledger.rlp.MalformedRlpException unless {@link #encoded} writes just this
   */
  static BundleReceipts parse(byte[] encoded) {
    List<Receipt> receipts = new ArrayList<>();
    for (Rlp item : Rlp.decode(encoded).asList("the receipts")) {
      receipts.add(Receipt.parse(item.asText("a receipt").bytes()));
    }
    return new BundleReceipts(receipts);
  }
}
