package org.fedledger.round;

import java.util.Optional;
import java.util.function.LongFunction;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Round;
import org.fedledger.signing.UploadReceipt;

/**
 * The blocks in which updates of a round may come: from the one that closed commits to the last one
 * of the reveal. A receipt says something only if it names one of them, for then it was signed
 * neither before the file could come nor after it would have come too late.
 */
public final class UploadWindow {

  private UploadWindow() {}

  /**
   * Why a receipt's block is none of them; empty if it is one.
   *
   * @param blocks the ledger's block of a number, empty if it is not to be had
   */
  public static Optional<String> objection(
      Round round, UploadReceipt receipt, LongFunction<Optional<BlockRef>> blocks) {
    if (round.closedAt().isEmpty() || round.revealDeadline().isEmpty()) {
      return Optional.of("commits never closed, so that no upload was taken");
    }
    // A signer may write any uint64, and one beyond a long is no block's number anywhere.
    Optional<BlockRef> block =
        receipt.blockNumber() < 0 ? Optional.empty() : blocks.apply(receipt.blockNumber());
    if (block.isEmpty()) {
      return Optional.of("the ledger at hand does not have its block");
    }
    if (!block.get().hash().equals(receipt.blockHash())) {
      return Optional.of("the ledger has another block of that number");
    }
    if (block.get().number() < round.closedAt().get().number()) {
      return Optional.of("its block came before commits closed");
    }
    if (block.get().timestamp() > round.revealDeadline().get()) {
      return Optional.of("its block came after the reveal deadline");
    }
    return Optional.empty();
  }
}
