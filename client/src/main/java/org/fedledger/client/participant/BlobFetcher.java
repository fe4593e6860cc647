package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.files.WholeFile;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Brings blobs to the work folder, from whichever node has them; only what fits its digest. */
final class BlobFetcher {

  /** What came of it. */
  sealed interface Fetched {

    record Here(Path file) implements Fetched {}

    /** No node gives it now; ask again later. */
    record NotYet(String why) implements Fetched {}
  }

  private final WorkFolder folder;
  private final List<NodeClient> nodes;

  BlobFetcher(WorkFolder folder, List<NodeClient> nodes) {
    this.folder = folder;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * @param maxBytes more are not taken
   */
  Fetched fetch(Digest digest, long maxBytes) throws IOException {
    Path kept = folder.blob(digest);
    if (Files.isRegularFile(kept)) {
      if (Blobs.id(kept).digest().equals(digest)) {
        return new Fetched.Here(kept);
      }
      // Damaged on disk since it came.
      Files.delete(kept);
    }
    String why = "there is no node to ask";
    try (WholeFile file = WholeFile.in(folder.blobs())) {
      for (NodeClient node : nodes) {
        why = from(node, digest, file.part(), maxBytes);
        if (why.isEmpty()) {
          file.commit(kept);
          return new Fetched.Here(kept);
        }
      }
    }
    return new Fetched.NotYet("%s cannot be had: %s".formatted(digest, why));
  }

  private static String from(NodeClient node, Digest digest, Path part, long maxBytes)
      throws IOException {
    try {
      return switch (node.blob(digest, part, maxBytes)) {
        case NodeAnswer.Given<BlobId>(BlobId got) when got.digest().equals(digest) -> "";
        case NodeAnswer.Given<BlobId>(BlobId got) ->
            "the node at %s gives other bytes, with digest %s"
                .formatted(node.address(), got.digest());
        case NodeAnswer.Refused<BlobId> refused ->
            "the node at %s: %s".formatted(node.address(), refused.why());
      };
    } catch (NodeUnreachableException e) {
      return e.getMessage();
    }
  }

  /** Version 0, made here if the spec says how, else fetched. */
  Fetched version0(FederationSpec spec, FederationId federation, Digest digest, long size)
      throws IOException {
    Path kept = folder.blob(digest);
    if (!Files.isRegularFile(kept) && InitialModels.reproducible(spec)) {
      try (WholeFile file = WholeFile.in(folder.blobs())) {
        if (InitialModels.write(spec, federation, file.part()).digest().equals(digest)) {
          file.commit(kept);
          return new Fetched.Here(kept);
        }
      }
    }
    return fetch(digest, size);
  }
}
