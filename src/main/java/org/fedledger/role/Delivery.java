package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Round;
import org.fedledger.round.UploadWindow;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.types.RoundId;

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

    /** The node has not answered yet; asking for the outcome again later tells more. */
    record UnderWay() implements Outcome {}
  }

  /** One round's update on its way to one node. */
  private record Shipment(RoundId round, String peer) {}

  /** What a node answered to it. */
  private record Answered(Round round, UpdateCommitment commitment, Peer.Answer answer) {}

  private final LedgerReader ledger;
  private final ParticipantMemory memory;
  private final Calls<Shipment, Answered> calls;

  public Delivery(LedgerReader ledger, ParticipantMemory memory, Concurrency concurrency) {
    this.ledger = ledger;
    this.memory = memory;
    this.calls = new Calls<>(concurrency);
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
   * Brings the update to all of the nodes at the same time, save those of which a receipt is kept
   * that proves something.
   *
   * @param round whose commits are closed
   * @param commitment that the ledger has of this participant
   * @param peers each by a name of its own
   * @return by the node's name, in the order given
   * @throws IOException if what is kept cannot be read or written
   */
  public SequencedMap<String, Outcome> bring(
      Round round, UpdateCommitment commitment, List<? extends Peer> peers) throws IOException {
    SequencedMap<String, Outcome> outcomes = new LinkedHashMap<>();
    SequencedMap<Shipment, Supplier<Answered>> wanted = new LinkedHashMap<>();
    for (Peer peer : peers) {
      Optional<SignedReceipt> kept = standing(round, peer);
      outcomes.put(
          peer.name(),
          kept.isPresent() ? new Outcome.Kept(kept.get(), true) : new Outcome.UnderWay());
      if (kept.isEmpty()) {
        Optional<ParticipantMemory.Kept> update = memory.update(round.id());
        if (update.isEmpty()) {
          outcomes.put(peer.name(), gone(round));
        } else {
          wanted.put(
              new Shipment(round.id(), peer.name()),
              () -> upload(peer, round, commitment, update.get().file()));
        }
      }
    }
    for (Map.Entry<Shipment, Answered> ended : calls.make(wanted).entrySet()) {
      Outcome outcome = judged(ended.getKey().peer(), ended.getValue());
      if (ended.getKey().round().equals(round.id())) {
        outcomes.put(ended.getKey().peer(), outcome);
      }
    }
    return outcomes;
  }

  /**
   * Keeps what nodes answered since, where nothing is brought any more: a receipt proves as much
   * when its answer took long.
   *
   * @throws IOException if it cannot be written
   */
  public void collect() throws IOException {
    for (Map.Entry<Shipment, Answered> ended : calls.ended().entrySet()) {
      judged(ended.getKey().peer(), ended.getValue());
    }
  }

  private static Outcome gone(Round round) {
    return new Outcome.NotNow("the update of round %d is gone".formatted(round.number()));
  }

  private static Answered upload(Peer peer, Round round, UpdateCommitment commitment, Path file) {
    Peer.Answer answer;
    try {
      answer = peer.upload(round, commitment, file);
    } catch (IOException e) {
      answer = new Peer.Answer.Refused(e.getMessage());
    }
    return new Answered(round, commitment, answer);
  }

  private Outcome judged(String peer, Answered answered) throws IOException {
    return switch (answered.answer()) {
      case Peer.Answer.Refused(String why) -> notNow(peer, why);
      case Peer.Answer.Received(SignedReceipt receipt) -> {
        Optional<String> objection = objection(answered.round(), answered.commitment(), receipt);
        if (objection.isPresent()) {
          yield notNow(peer, "its receipt is of no use: " + objection.get());
        }
        memory.keep(peer, receipt);
        yield new Outcome.Kept(receipt, false);
      }
    };
  }

  private static Outcome notNow(String peer, String why) {
    return new Outcome.NotNow("%s: %s".formatted(peer, why));
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
