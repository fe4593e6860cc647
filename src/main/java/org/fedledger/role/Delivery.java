package org.fedledger.role;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Round;
import org.fedledger.round.UploadWindow;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;

/** Brings committed updates to nodes, and keeps the receipts that prove something. */
public final class Delivery {

  /** Blocks that a node may be ahead of this party's ledger. */
  private static final int BLOCKS_AHEAD = 2;

  /** What came of bringing an update to a node. */
  public sealed interface Outcome {

    /**
     * The node has it, and its receipt is kept.
     *
     * @param before whether it was kept already, and nothing was brought
     */
    record Kept(SignedReceipt receipt, boolean before) implements Outcome {}

    /**
     * There is no receipt; bringing it again later is harmless.
     *
     * @param why for people
     */
    record NotNow(String why) implements Outcome {}
  }

  private final LedgerReader ledger;
  private final ParticipantMemory memory;

  public Delivery(LedgerReader ledger, ParticipantMemory memory) {
    this.ledger = ledger;
    this.memory = memory;
  }

  /**
   * The node's receipt that is kept, if it still proves something. A node may name a block that was
   * not there yet; what it signed is worth nothing where another block came, then or by a
   * reorganisation.
   */
  private Optional<SignedReceipt> standing(Round round, Peer peer) throws IOException {
    return memory
        .receipt(round.id(), peer.name())
        .filter(kept -> blockObjection(round, kept.receipt()).isEmpty());
  }

  /**
   * Brings the update, unless a receipt of the node is kept that proves something.
   *
   * @param round whose commits are closed
   * @param commitment that the ledger has of this participant
   * @throws IOException if what is kept cannot be read or written
   */
  public Outcome bring(Round round, UpdateCommitment commitment, Peer peer) throws IOException {
    Optional<SignedReceipt> kept = standing(round, peer);
    if (kept.isPresent()) {
      return new Outcome.Kept(kept.get(), true);
    }
    Optional<ParticipantMemory.Kept> update = memory.update(round.id());
    if (update.isEmpty()) {
      return new Outcome.NotNow("the update of round %d is gone".formatted(round.number()));
    }
    Peer.Answer answer;
    try {
      answer = peer.upload(commitment, update.get().file());
    } catch (IOException e) {
      return notNow(peer, e.getMessage());
    }
    return switch (answer) {
      case Peer.Answer.Refused(String why) -> notNow(peer, why);
      case Peer.Answer.Received(SignedReceipt receipt) -> {
        Optional<String> objection = objection(round, commitment, receipt);
        if (objection.isPresent()) {
          yield notNow(peer, "its receipt is of no use: " + objection.get());
        }
        memory.keep(peer.name(), receipt);
        yield new Outcome.Kept(receipt, false);
      }
    };
  }

  private static Outcome notNow(Peer peer, String why) {
    return new Outcome.NotNow("%s: %s".formatted(peer.name(), why));
  }

  private Optional<String> objection(
      Round round, UpdateCommitment commitment, SignedReceipt signed) {
    UploadReceipt receipt = signed.receipt();
    UploadReceipt expected =
        new UploadReceipt(
            round.id(),
            commitment.stage(),
            commitment.participant(),
            commitment.digest(),
            commitment.size(),
            receipt.blockNumber(),
            receipt.blockHash());
    if (!receipt.equals(expected)) {
      return Optional.of("it is for something else, " + receipt);
    }
    if (!signed.isSignedFor(ledger.domain())) {
      return Optional.of("its signature is not that of " + signed.node());
    }
    if (!round.aggregators().contains(signed.node())
        && !round.verifiers().contains(signed.node())) {
      return Optional.of("%s is no aggregator or verifier of this round".formatted(signed.node()));
    }
    return blockObjection(round, receipt);
  }

  private Optional<String> blockObjection(Round round, UploadReceipt receipt) {
    long ahead = receipt.blockNumber() - ledger.head().number();
    return ahead > 0 && ahead <= BLOCKS_AHEAD
        ? Optional.empty()
        : UploadWindow.objection(round, receipt, ledger::block);
  }
}
