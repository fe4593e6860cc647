package org.fedledger.node.http;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/** Gives a receipt again, the same bytes. */
final class ReceiptReads implements Endpoint {

  private final IssuedReceipts receipts;

  ReceiptReads(IssuedReceipts receipts) {
    this.receipts = receipts;
  }

  @Override
  public Answer answer(Call call) throws IOException, RefusedException {
    RoundId round = call.parameter("roundId", RoundId::of);
    Address author = call.parameter("author", Address::of);
    Optional<byte[]> receipt = receipts.find(round, author);
    return receipt.isPresent()
        ? Answer.json(200, receipt.get())
        : Problem.NOT_FOUND.because(
            "this node signed no receipt for an update of %s in round %s".formatted(author, round));
  }
}
