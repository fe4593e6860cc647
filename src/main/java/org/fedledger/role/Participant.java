package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.crypto.SigningKey;
import org.fedledger.gate.Verdict;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.round.RoundInputs;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * Trains one update for each round, commits to it, and brings it to the nodes when commits have
 * closed.
 *
 * <p>The update is kept before anything is signed, and what may be signed is kept before it is, so
 * that a participant made anew at any point never makes a second update for a round.
 */
public final class Participant implements Role {

  /** The stage of the rules that are known here, which have one. */
  private static final int ONLY_STAGE = 0;

  /** Blocks that a node may be ahead of this party's ledger. */
  private static final int BLOCKS_AHEAD = 2;

  private final Ledger ledger;
  private final Actions actions;
  private final Address self;
  private final SigningKey key;
  private final BlobSource blobs;
  private final List<Peer> peers;
  private final Trainer trainer;
  private final Randomness randomness;
  private final Function<RoundId, Nonce> nonces;
  private final ParticipantMemory memory;

  /** Rounds in which no part is taken, and why; found out again after a restart. */
  private final Map<RoundId, String> satOut = new HashMap<>();

  /**
   * @param ledger written by any account
   * @param self the participant's first admitted address
   * @param key its present signing key
   * @param blobs where spec, plan and base versions are had
   * @param peers to which updates are brought, each by a name of its own
   * @param randomness of trainings
   * @param nonces gives the nonce of an update that is being made
   */
  public Participant(
      Ledger ledger,
      Address self,
      SigningKey key,
      BlobSource blobs,
      List<Peer> peers,
      Trainer trainer,
      Randomness randomness,
      Function<RoundId, Nonce> nonces,
      ParticipantMemory memory) {
    this.ledger = ledger;
    this.actions = new Actions(ledger);
    this.self = self;
    this.key = key;
    this.blobs = blobs;
    this.peers = List.copyOf(peers);
    this.trainer = trainer;
    this.randomness = randomness;
    this.nonces = nonces;
    this.memory = memory;
  }

  @Override
  public Step step(FederationState state) throws IOException {
    Optional<Step> outrun = actions.outrun(state);
    if (outrun.isPresent()) {
      return outrun.get();
    }
    Optional<Round> open = state.openRound().filter(r -> r.drawn().contains(self));
    if (open.isEmpty()) {
      return new Step.Idle("no round is open for which %s is drawn".formatted(self));
    }
    Round round = open.get();
    if (satOut.containsKey(round.id())) {
      return new Step.Idle(satOut.get(round.id()));
    }
    return switch (round.phase()) {
      case COMMITTING -> committing(state, round);
      case PUBLISHING, ATTESTING -> revealing(state, round);
      case FINAL, ABORTED -> throw new IllegalStateException("an ended round is not open");
    };
  }

  private Step committing(FederationState state, Round round) throws IOException {
    if (round.stage() > 0) {
      return sitOut(round, "this program knows no stage %d".formatted(round.stage()));
    }
    Optional<UpdateCommitment> kept = memory.commitment(round.id(), ONLY_STAGE);
    if (round.commitments().containsKey(self)) {
      return isOwn(round, kept)
          ? new Step.Idle("round %d: committed".formatted(round.number()))
          : sitOut(round, "the ledger has an update of this round that was not made here");
    }
    Address signer = round.members().get(self).signer();
    if (!signer.equals(key.address())) {
      return sitOut(
          round,
          "the ledger knows %s as this participant's signing key, not %s"
              .formatted(signer, key.address()));
    }
    if (state.at().timestamp() > round.commitDeadline()) {
      return sitOut(round, "the deadline for commitments has passed");
    }
    Optional<ParticipantMemory.Kept> update = memory.update(round.id());
    if (update.isPresent()) {
      return commit(round, kept, update.get());
    }
    return kept.isPresent()
        ? sitOut(round, "an update was committed to, and is gone; another may not be made")
        : train(state, round);
  }

  private boolean isOwn(Round round, Optional<UpdateCommitment> kept) {
    return kept.equals(Optional.of(round.commitments().get(self).commitment()));
  }

  private Step sitOut(Round round, String why) {
    String words = "round %d is sat out: %s".formatted(round.number(), why);
    satOut.put(round.id(), words);
    return new Step.Idle(words);
  }

  // Training.

  private Step train(FederationState state, Round round) throws IOException {
    return switch (RoundInputs.loadBasis(state, round, blobs)) {
      case RoundInputs.Lacking lacking ->
          new Step.Idle("round %d: %s".formatted(round.number(), lacking.files().getFirst()));
      case RoundInputs.Invalid invalid -> sitOut(round, "cannot judge: " + invalid.why());
      case RoundInputs.Ready ready -> train(round, ready);
    };
  }

  private Step train(Round round, RoundInputs.Ready inputs) throws IOException {
    Path draft = memory.draft(round.id());
    TrainedUpdate trained = trainer.train(task(round, inputs), draft);
    if (inputs.gates().judge(commitment(round, trained), Optional.of(draft))
        instanceof Verdict.Refused(var reason, String detail)) {
      return sitOut(round, "the update would be rejected for %s: %s".formatted(reason, detail));
    }
    memory.keep(round.id(), trained);
    return new Step.Did(
        "trained %s for round %d".formatted(trained.update().digest(), round.number()));
  }

  private TrainingTask task(Round round, RoundInputs.Ready inputs) {
    return new TrainingTask(
        inputs.spec().architecture(),
        inputs.plan().terms().training(),
        round.opening().baseVersion(),
        inputs.base(),
        new UpdateMetadata(
            inputs.state().federation(),
            round.id(),
            round.opening().baseModel(),
            self,
            nonces.apply(round.id())),
        randomness.training(inputs.state().federation(), round.opening().baseVersion(), self));
  }

  /** The weight is the number of training examples, as far as the cap allows. */
  private UpdateCommitment commitment(Round round, TrainedUpdate trained) {
    return new UpdateCommitment(
        round.id(),
        ONLY_STAGE,
        self,
        trained.update().digest(),
        trained.update().size(),
        Math.min(trained.examples(), round.opening().weightCap()),
        0);
  }

  // Committing.

  private Step commit(Round round, Optional<UpdateCommitment> kept, ParticipantMemory.Kept update)
      throws IOException {
    UpdateCommitment commitment = kept.orElseGet(() -> commitment(round, update.trained()));
    if (!Blobs.id(update.file()).digest().equals(commitment.digest())) {
      return sitOut(
          round, "the update that was kept is damaged; %s is what it was".formatted(commitment));
    }
    memory.keep(commitment);
    Step step =
        actions.submit(
            "committed %s in round %d".formatted(commitment.digest(), round.number()),
            new LedgerAction.Commit(commitment, ledger.domain().sign(commitment, key)));
    if (step instanceof Step.Refused(var _, var refusal)) {
      sitOut(round, "the ledger refused the commitment: " + refusal);
    }
    return step;
  }

  // Uploading.

  private Step revealing(FederationState state, Round round) throws IOException {
    if (!round.commitments().containsKey(self)) {
      return sitOut(round, "commits closed before this participant's update was on the ledger");
    }
    if (!isOwn(round, memory.commitment(round.id(), ONLY_STAGE))) {
      return sitOut(round, "the ledger has an update of this round that was not made here");
    }
    if (state.at().timestamp() > round.revealDeadline().orElseThrow()) {
      return new Step.Idle("round %d: the time for uploads is over".formatted(round.number()));
    }
    List<String> troubles = new ArrayList<>();
    for (Peer peer : peers) {
      if (memory.receipt(round.id(), peer.name()).isEmpty()) {
        Optional<String> trouble = upload(round, peer);
        if (trouble.isEmpty()) {
          return new Step.Did(
              "brought the update of round %d to %s".formatted(round.number(), peer.name()));
        }
        troubles.add(trouble.get());
      }
    }
    return new Step.Idle(
        troubles.isEmpty()
            ? "round %d: every node has the update".formatted(round.number())
            : String.join("; ", troubles));
  }

  /** Empty when the node's receipt is kept. */
  private Optional<String> upload(Round round, Peer peer) throws IOException {
    Optional<ParticipantMemory.Kept> update = memory.update(round.id());
    if (update.isEmpty()) {
      return Optional.of("the update of round %d is gone".formatted(round.number()));
    }
    UpdateCommitment commitment = round.commitments().get(self).commitment();
    Peer.Answer answer;
    try {
      answer = peer.upload(commitment, update.get().file());
    } catch (IOException e) {
      return Optional.of("%s: %s".formatted(peer.name(), e.getMessage()));
    }
    return switch (answer) {
      case Peer.Answer.Refused(String why) -> Optional.of("%s: %s".formatted(peer.name(), why));
      case Peer.Answer.Received(SignedReceipt receipt) -> {
        Optional<String> objection = objection(round, commitment, receipt);
        if (objection.isEmpty()) {
          memory.keep(peer.name(), receipt);
        }
        yield objection.map(why -> "%s: its receipt is of no use: %s".formatted(peer.name(), why));
      }
    };
  }

  private Optional<String> objection(
      Round round, UpdateCommitment commitment, SignedReceipt signed) {
    UploadReceipt receipt = signed.receipt();
    UploadReceipt expected =
        new UploadReceipt(
            round.id(),
            commitment.stage(),
            self,
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

  /** A receipt proves something only if its block is one of those in which uploads were open. */
  private Optional<String> blockObjection(Round round, UploadReceipt receipt) {
    long number = receipt.blockNumber();
    if (number < 0) {
      return Optional.of("no ledger has a block %s".formatted(Long.toUnsignedString(number)));
    }
    Optional<BlockRef> named = ledger.block(number);
    if (named.isEmpty()) {
      return number > ledger.head().number() + BLOCKS_AHEAD
          ? Optional.of("block %d is not there yet".formatted(number))
          : Optional.empty();
    }
    if (!named.get().hash().equals(receipt.blockHash())) {
      return Optional.of("the ledger has another block %d".formatted(number));
    }
    long closed = round.revealDeadline().orElseThrow() - round.opening().revealSeconds();
    long time = named.get().timestamp();
    return time < closed || time > round.revealDeadline().orElseThrow()
        ? Optional.of("uploads were not open in block %d".formatted(number))
        : Optional.empty();
  }
}
