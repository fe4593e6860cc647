package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.gate.Gates;
import org.fedledger.gate.Verdict;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;

/**
 * A participant's work of one round that needs no network: it trains, and says what may be signed.
 * Each may be repeated, also by an object made anew.
 */
public final class RoundWork {

  /** The stage of the rules that are known here, which have one. */
  static final int ONLY_STAGE = 0;

  private static final String GONE =
      "an update was committed to, and is gone; another may not be made";

  /** What a step came to. */
  public sealed interface Outcome<T> {

    record Done<T>(T value) implements Outcome<T> {}

    /**
     * This participant cannot take part in the round.
     *
     * @param why for people
     */
    record SitOut<T>(String why) implements Outcome<T> {}
  }

  private final RoundTask task;
  private final ParticipantMemory memory;

  public RoundWork(RoundTask task, ParticipantMemory memory) {
    this.task = task;
    this.memory = memory;
  }

  /** Whether nothing was made yet for this round, so that training is next. */
  boolean isUntouched() throws IOException {
    return memory.update(task.roundId()).isEmpty() && recorded().isEmpty();
  }

  /**
   * Trains and keeps the update, if the gates would let it pass, and unless one is kept already: an
   * update is never made twice for one round.
   *
   * @param nonce of the update, should one be made
   */
  public Outcome<BlobId> train(
      RoundFiles files, Trainer trainer, Randomness randomness, Nonce nonce) throws IOException {
    Optional<ParticipantMemory.Kept> kept = memory.update(task.roundId());
    if (kept.isPresent()) {
      return new Outcome.Done<>(kept.get().trained().update());
    }
    if (recorded().isPresent()) {
      return new Outcome.SitOut<>(GONE);
    }
    Path draft = memory.draft(task.roundId());
    TrainedUpdate trained = trainer.train(training(files, randomness, nonce), draft);
    if (gates(files).judge(commitment(trained), Optional.of(draft))
        instanceof Verdict.Refused(var reason, String detail)) {
      Files.delete(draft);
      return new Outcome.SitOut<>(
          "the update would be rejected for %s: %s".formatted(reason, detail));
    }
    memory.keep(task.roundId(), trained);
    return new Outcome.Done<>(trained.update());
  }

  private TrainingTask training(RoundFiles files, Randomness randomness, Nonce nonce) {
    return new TrainingTask(
        files.spec().architecture(),
        files.plan().terms().training(),
        task.baseVersion(),
        files.base(),
        new UpdateMetadata(
            task.federation(), task.roundId(), task.base(), task.participant(), nonce),
        randomness.training(task.federation(), task.baseVersion(), task.participant()));
  }

  private Gates gates(RoundFiles files) {
    return new Gates(
        task.federation(),
        task.base(),
        files.spec().architecture().schema(),
        files.plan().terms().normBound());
  }

  /** The only commitment that may be signed for this round, kept before it is given. */
  public Outcome<UpdateCommitment> commitment() throws IOException {
    Optional<UpdateCommitment> before = recorded();
    Optional<ParticipantMemory.Kept> update = memory.update(task.roundId());
    if (update.isEmpty()) {
      return new Outcome.SitOut<>(
          before.isPresent() ? GONE : "there is no update of this round; train first");
    }
    UpdateCommitment commitment =
        before.isPresent() ? before.get() : commitment(update.get().trained());
    BlobId found = Blobs.id(update.get().file());
    if (!found.digest().equals(commitment.digest())) {
      return new Outcome.SitOut<>(
          "%s is committed to, but the update on disk is %s"
              .formatted(commitment.digest(), found.digest()));
    }
    memory.keep(commitment);
    return new Outcome.Done<>(commitment);
  }

  private Optional<UpdateCommitment> recorded() throws IOException {
    return memory.commitment(task.roundId(), ONLY_STAGE);
  }

  /** The weight is the number of training examples, as far as the cap allows. */
  private UpdateCommitment commitment(TrainedUpdate trained) {
    return new UpdateCommitment(
        task.roundId(),
        ONLY_STAGE,
        task.participant(),
        trained.update().digest(),
        trained.update().size(),
        Math.min(trained.examples(), task.weightCap()),
        0);
  }
}
