package org.fedledger.client.node;

import org.fedledger.role.Replica;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;

/** A node, as one to whom files are offered that everybody may read. */
public record NodeReplica(NodeClient node) implements Replica {

  @Override
  public Answer offer(BlobId blob, BlobSource from) {
    try {
      return switch (node.upload(blob, from)) {
        case NodeAnswer.Given<BlobId> _ -> new Answer.Kept();
        case NodeAnswer.Refused<BlobId> refused ->
            new Answer.NotKept("the node at %s: %s".formatted(node.address(), refused.why()));
      };
    } catch (NodeUnreachableException e) {
      return new Answer.NotKept("the node at %s: %s".formatted(node.address(), e.getMessage()));
    }
  }
}
