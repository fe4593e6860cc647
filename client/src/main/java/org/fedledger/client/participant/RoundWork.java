package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Consumer;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.gate.Gates;
import org.fedledger.gate.Verdict;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.training.Trainer;
import org.fedledger.training.TrainingTask;

/** The steps of one round that need no network: train and sign. Each may be repeated. */
public final class RoundWork {

  /** Of the stages that a rule may have, this participant takes part in those with one. */
  private static final int FIRST_STAGE = 0;

  private final RoundTask task;
  private final RoundFiles files;
  private final RoundFolder folder;

  public RoundWork(RoundTask task, RoundFiles files, RoundFolder folder) {
    this.task = task;
    this.files = files;
    this.folder = folder;
  }

  /**
   * Trains and puts the update on disk, unless it is there already: an update is never made twice
   * for one round.
   */
  public Result<BlobId> train(Trainer trainer, Randomness randomness) throws IOException {
    if (Files.isRegularFile(folder.update())) {
      return new Result.Done<>(Blobs.id(folder.update()));
    }
    if (folder.commitment().isPresent()) {
      return new Result.SitOut<>(
          "an update was committed to, and its file %s is gone; another may not be made"
              .formatted(folder.update()));
    }
    UpdateMetadata metadata =
        new UpdateMetadata(
            task.federation(),
            task.roundId(),
            task.base(),
            task.participant(),
            randomness.nonce(task.roundId(), task.participant()));
    TrainedUpdate trained =
        trainer.train(
            new TrainingTask(
                files.spec().architecture(),
                files.plan().terms().training(),
                task.baseVersion(),
                files.base(),
                metadata,
                randomness.training(task.federation(), task.baseVersion(), task.participant())),
            folder.draft());
    folder.keepUpdate(trained);
    return new Result.Done<>(trained.update());
  }

  /**
   * Signs the commitment to the update, after writing it down, and only if the gates would let the
   * update pass.
   *
   * @param recorded told after the commitment is on disk and before it is signed
   */
  public Result<SignedCommitment> sign(SigningKey key, Consumer<UpdateCommitment> recorded)
      throws IOException {
    if (!Files.isRegularFile(folder.update()) || folder.examples().isEmpty()) {
      return new Result.SitOut<>("there is no update in %s; train first".formatted(folder));
    }
    BlobId update = Blobs.id(folder.update());
    Optional<UpdateCommitment> before = folder.commitment();
    if (before.isPresent() && !before.get().digest().equals(update.digest())) {
      return new Result.SitOut<>(
          "%s is committed to, but the update on disk is %s"
              .formatted(before.get().digest(), update.digest()));
    }
    UpdateCommitment commitment =
        before.isPresent() ? before.get() : commitment(update, folder.examples().orElse(0));
    Gates gates =
        new Gates(
            task.federation(),
            task.base(),
            files.spec().architecture().schema(),
            files.plan().terms().normBound());
    if (gates.judge(commitment, Optional.of(folder.update()))
        instanceof Verdict.Refused(var reason, String detail)) {
      return new Result.SitOut<>(
          "the update would be rejected for %s: %s".formatted(reason, detail));
    }
    folder.keep(commitment);
    recorded.accept(commitment);
    Signature signature = task.domain().sign(commitment, key);
    folder.keep(signature);
    return new Result.Done<>(new SignedCommitment(commitment, signature));
  }

  /** The weight is the number of training examples, as far as the caps allow. */
  private UpdateCommitment commitment(BlobId update, long examples) {
    long cap = Math.min(task.weightCap(), files.plan().terms().weightCap());
    return new UpdateCommitment(
        task.roundId(),
        FIRST_STAGE,
        task.participant(),
        update.digest(),
        update.size(),
        Math.min(examples, cap),
        0);
  }
}
