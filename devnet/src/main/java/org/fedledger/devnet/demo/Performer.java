package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.training.LocalModel;
import org.fedledger.client.training.LocalTraining;
import org.fedledger.client.training.Metrics;
import org.fedledger.client.training.Randomness;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** One participant of a demo, with an account, a folder and data of its own. */
final class Performer implements AutoCloseable {

  /** A node makes version 0 a moment after it got the spec. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final long MAX_MODEL = 1L << 30;

  private final FederationId federation;
  private final FederationSpec spec;
  private final SigningKey key;
  private final Web3jLedger ledger;
  private final NodeClient node;
  private final LocalData data;
  private final Randomness randomness;
  private final Path folder;

  Performer(
      FederationId federation,
      FederationSpec spec,
      SigningKey key,
      Web3jLedger ledger,
      NodeClient node,
      LocalData data,
      Randomness randomness,
      Path folder) {
    this.federation = federation;
    this.spec = spec;
    this.key = key;
    this.ledger = ledger;
    this.node = node;
    this.data = data;
    this.randomness = randomness;
    this.folder = folder;
  }

  Address address() {
    return key.address();
  }

  /** Trains from the round's base version; the update is on disk afterwards. */
  BlobId train(Round round) throws IOException {
    return LocalTraining.train(
        spec.architecture(),
        spec.plan().training(),
        data.training(),
        model(round.opened().baseModel()),
        randomness.training(federation, round.opened().baseVersion(), address()),
        new UpdateMetadata(
            federation,
            round.id(),
            round.opened().baseModel(),
            address(),
            randomness.nonce(round.id(), address())),
        update(round));
  }

  private Path update(Round round) {
    return folder.resolve("update-" + round.number() + ".safetensors");
  }

  void commit(Round round, BlobId update) {
    UpdateCommitment commitment =
        new UpdateCommitment(
            round.id(), address(), update.digest(), update.size(), data.training().count(), 0);
    LedgerAction commit =
        new LedgerAction.Commit(commitment, ledger.domain().sign(commitment, key));
    if (ledger.submit(commit) instanceof Outcome.Refused why) {
      throw CommandException.refused(address() + " could not commit", why);
    }
  }

  /** Uploads, once commits are closed. */
  void upload(Round round, BlobId update) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (node.uploadUpdate(update.digest(), update(round))
        instanceof NodeAnswer.Refused<?> refused) {
      // The node may see the closing of commits a moment later than we did.
      if (!refused.commitsOpen() || System.nanoTime() > deadline) {
        throw CommandException.refused("the node refused an update: " + refused.why());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Measures a version on the held-out examples, and posts the result signed. */
  Metrics evaluate(long version, Digest digest) throws IOException {
    Metrics metrics = LocalModel.read(spec.architecture(), model(digest)).evaluate(data.heldOut());
    byte[] file = metrics.toJson();
    Evaluation evaluation = new Evaluation(federation, version, address(), Digest.ofContent(file));
    if (node.postEvaluation(evaluation, ledger.domain().sign(evaluation, key), file)
        instanceof NodeAnswer.Refused<?> refused) {
      throw CommandException.refused("the node refused an evaluation: " + refused.why());
    }
    return metrics;
  }

  private Path model(Digest digest) throws IOException {
    Path file = folder.resolve("model-" + digest.hex() + ".safetensors");
    if (Files.exists(file)) {
      return file;
    }
    Path part = folder.resolve("model.part");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (node.blob(digest, part, MAX_MODEL) instanceof NodeAnswer.Refused<?> refused) {
      if (!refused.notFound() || System.nanoTime() > deadline) {
        throw CommandException.refused("the node gave no model: " + refused.why());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    if (!Blobs.id(part).digest().equals(digest)) {
      throw new IOException("the node gave another file than " + digest);
    }
    return Files.move(part, file);
  }

  @Override
  public void close() {
    node.close();
  }
}
