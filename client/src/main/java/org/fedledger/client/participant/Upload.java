package org.fedledger.client.participant;

import java.io.IOException;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;

/** Brings a committed update to a node and keeps the node's signed receipt. */
public final class Upload {

  private final RoundFolder folder;

  public Upload(RoundFolder folder) {
    this.folder = folder;
  }

  /** Uploads unless the node's receipt is kept already. */
  public Result<SignedReceipt> to(NodeClient node, Round round, UpdateCommitment commitment)
      throws IOException {
    var kept = folder.receipt(node.address());
    if (kept.isPresent()) {
      return new Result.Done<>(kept.get());
    }
    try {
      return switch (node.uploadUpdate(commitment.digest(), folder.update())) {
        case NodeAnswer.Refused<SignedReceipt> refused -> later(node, refused.why());
        case NodeAnswer.Given<SignedReceipt>(SignedReceipt receipt) ->
            checked(node, round, commitment, receipt);
      };
    } catch (NodeUnreachableException e) {
      return new Result.Later<>(e.getMessage());
    }
  }

  private Result<SignedReceipt> checked(
      NodeClient node, Round round, UpdateCommitment commitment, SignedReceipt receipt)
      throws IOException {
    if (!receipt.receipt().author().equals(commitment.participant())) {
      // Another committed the same digest, and the node speaks of that one.
      return node.receipt(round.id(), commitment.participant())
              instanceof NodeAnswer.Given<SignedReceipt>(SignedReceipt own)
          ? kept(node, round, commitment, own)
          : later(node, "its receipt is for another participant");
    }
    return kept(node, round, commitment, receipt);
  }

  private Result<SignedReceipt> kept(
      NodeClient node, Round round, UpdateCommitment commitment, SignedReceipt receipt)
      throws IOException {
    UploadReceipt expected =
        new UploadReceipt(
            round.id(),
            commitment.stage(),
            commitment.participant(),
            commitment.digest(),
            commitment.size(),
            receipt.receipt().blockNumber(),
            receipt.receipt().blockHash());
    if (!receipt.receipt().equals(expected)) {
      return later(node, "its receipt is for something else: " + receipt.receipt());
    }
    if (!round.aggregators().contains(receipt.node())
        && !round.verifiers().contains(receipt.node())) {
      return later(
          node,
          "it signs as %s, which is no aggregator or verifier of this round"
              .formatted(receipt.node()));
    }
    folder.keep(node.address(), receipt);
    return new Result.Done<>(receipt);
  }

  private static <T> Result<T> later(NodeClient node, String why) {
    return new Result.Later<>("upload to %s: %s".formatted(node.address(), why));
  }
}
