package org.fedledger.node.http;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
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
    call.about().round(round);
    call.about().participant(author);
    call.requireKnownQuery(Set.of("stage"));
    int stage = call.query("stage", ReceiptReads::stage).orElse(0);
    Optional<byte[]> receipt = receipts.find(round, stage, author);
    receipt.ifPresent(_ -> call.about().receipt());
    return receipt.isPresent()
        ? Answer.json(200, receipt.get())
        : Problem.NOT_FOUND.because(
            "this node signed no receipt for what %s committed in stage %d of round %s"
                .formatted(author, stage, round));
  }

  private static int stage(String text) {
    if (!text.matches("[0-5]")) {
      throw new IllegalArgumentException("a round has stages 0 to 5");
    }
    return Integer.parseInt(text);
  }
}
