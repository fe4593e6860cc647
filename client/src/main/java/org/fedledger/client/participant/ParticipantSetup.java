package org.fedledger.client.participant;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.client.node.NodeClient;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Ledger;
import org.fedledger.training.Randomness;
import org.fedledger.training.Trainer;
import org.fedledger.types.Address;

/**
 * Who takes part, with what.
 *
 * @param ledger written by the account that pays
 * @param address the participant's first admitted address
 * @param key its present signing key
 * @param nodes updates and evaluations are sent to all of them; at least one
 * @param trainer on the participant's own examples
 * @param work folder of this participant alone
 * @param keptUpdates of how many rounds it keeps its own update's file, the present one's among
 *     them
 * @param randomness what is drawn from; the work folder's own secret seed where empty
 */
public record ParticipantSetup(
    Ledger ledger,
    Address address,
    SigningKey key,
    List<NodeClient> nodes,
    Trainer trainer,
    Path work,
    int keptUpdates,
    Optional<Randomness> randomness) {

  /** As many rounds as anybody still asks for an update of, and some. */
  public static final int KEPT_UPDATES = 3;

  public ParticipantSetup {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a participant takes at least one node to upload to");
    }
    if (keptUpdates < 1) {
      throw new IllegalArgumentException(
          "the present round's update is kept, so at least 1, not " + keptUpdates);
    }
  }

  /** A participant that pays for itself and whose key was never rotated. */
  public ParticipantSetup(
      Ledger ledger, SigningKey key, NodeClient node, Trainer trainer, Path work) {
    this(ledger, key.address(), key, List.of(node), trainer, work, KEPT_UPDATES, Optional.empty());
  }
}
