package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.Requester;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * What a participant can do by its own code: all that it owns, and no more.
 *
 * @param examples how many it has, its honest weight
 * @param work its work folder
 * @param trouble fails when what it does in the background fails
 */
public record ParticipantAccess(
    Party self,
    Web3jLedger ledger,
    SigningKey key,
    List<NodeClient> nodes,
    long examples,
    Path work,
    CompletableFuture<Void> trouble) {

  /** Enough for any action of a participant or an aggregator of a demo. */
  static final long GAS = 1_000_000;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  public ParticipantAccess {
    nodes = List.copyOf(nodes);
  }

  /** Where the participant's program keeps its update of a round. */
  Path update(RoundId round) {
    return work.resolve("rounds").resolve(round.hex()).resolve("update.safetensors");
  }

  /** A new file of that name, beside the work folder. */
  Path file(String name) {
    return work.resolveSibling(name);
  }

  /** Another file than its program's, which therefore does not take the commitment for its own. */
  Path altered(RoundId round) throws IOException {
    Path altered = file("altered.safetensors");
    Files.copy(update(round), altered, StandardCopyOption.REPLACE_EXISTING);
    AlteredFiles.changeLast(altered, AlteredFiles::flip);
    return altered;
  }

  UpdateCommitment commitment(RoundId round, long weightCap, BlobId update) {
    return new UpdateCommitment(
        round, 0, self.address(), update.digest(), update.size(), Math.min(examples, weightCap), 0);
  }

  /**
   * Signs the commitment and puts it on the ledger.
   *
   * @throws IllegalStateException if the ledger refuses
   */
  void commit(UpdateCommitment commitment) {
    if (ledger.submit(new LedgerAction.Commit(commitment, ledger.domain().sign(commitment, key)))
        instanceof Outcome.Refused why) {
      throw new IllegalStateException("the ledger refused the commitment: " + why);
    }
  }

  /** Commits a file of whatever content, and uploads it. */
  void commitFile(RoundTask task, Path file) throws IOException {
    UpdateCommitment commitment = commitment(task.roundId(), task.weightCap(), Blobs.id(file));
    commit(commitment);
    uploadLater(task.roundId(), commitment.digest(), file);
  }

  /**
   * Brings the file to all nodes as soon as uploads are open, in the background; done when all have
   * it.
   */
  CompletableFuture<Void> uploadLater(RoundId round, Digest digest, Path file) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("upload of " + self.name())
        .start(
            () -> {
              try {
                await(state -> isOver(state, round));
                for (NodeClient node : nodes) {
                  upload(node, digest, file);
                }
                done.complete(null);
              } catch (IOException | InterruptedException | RuntimeException e) {
                trouble.completeExceptionally(e);
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private static boolean isOver(FederationState state, RoundId round) {
    return state
        .round()
        .filter(r -> r.id().equals(round) && r.phase() == Round.Phase.COMMITTING)
        .isEmpty();
  }

  private void upload(NodeClient node, Digest digest, Path file) throws IOException {
    if (node.uploadUpdate(new Requester(self.address(), key), digest, file)
        instanceof NodeAnswer.Refused<SignedReceipt> refused) {
      throw new IllegalStateException("the node refused the upload: " + refused.why());
    }
  }

  /** Waits until the ledger tells this. */
  FederationState await(Predicate<FederationState> fits) throws InterruptedException {
    return await(ledger, fits);
  }

  static FederationState await(Web3jLedger ledger, Predicate<FederationState> fits)
      throws InterruptedException {
    try (LedgerFollower follower = new LedgerFollower(ledger, 0)) {
      follower.start();
      return follower.await(fits, PATIENCE);
    } catch (TimeoutException e) {
      throw new IllegalStateException("what was waited for did not come", e);
    }
  }
}
