package org.fedledger.client.node;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.role.Replica;
import org.fedledger.tensor.BlobId;

/** A node, as one to whom files are offered that everybody may read. */
public record NodeReplica(NodeClient node) implements Replica {

  @Override
  public Answer offer(BlobId blob, Path file) {
    try {
      return switch (node.upload(blob, file)) {
        case NodeAnswer.Given<BlobId> _ -> new Answer.Kept();
        case NodeAnswer.Refused<BlobId> refused ->
            new Answer.NotKept("the node at %s: %s".formatted(node.address(), refused.why()));
      };
    } catch (NodeUnreachableException | IOException e) {
      return new Answer.NotKept("the node at %s: %s".formatted(node.address(), e.getMessage()));
    }
  }
}
