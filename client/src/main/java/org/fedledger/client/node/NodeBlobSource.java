package org.fedledger.client.node;

import java.util.LinkedHashSet;
import java.util.Set;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;

/** A node's blobs, asked for range by range. */
public record NodeBlobSource(NodeClient node) implements BlobSource {

  @Override
  public Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>(digests);
    there.removeIf(digest -> !has(digest));
    return there;
  }

  private boolean has(Digest digest) {
    try {
      return node.hasBlob(digest) instanceof NodeAnswer.Given<Digest>;
    } catch (NodeUnreachableException e) {
      return false;
    }
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    BlobSource.requireRange(from, length);
    try {
      return switch (node.blobPart(digest, from, length)) {
        case NodeAnswer.Given<Part.Bytes>(Part.Bytes part) -> part;
        case NodeAnswer.Refused<Part.Bytes> r when r.notFound() -> AbsentBlob.MISSING;
        case NodeAnswer.Refused<Part.Bytes> r when isDenied(r) -> AbsentBlob.denied(r.why());
        case NodeAnswer.Refused<Part.Bytes> r -> AbsentBlob.unreachable(r.why());
      };
    } catch (NodeUnreachableException e) {
      return AbsentBlob.unreachable(e.getMessage());
    }
  }

  private static boolean isDenied(NodeAnswer.Refused<?> refused) {
    return refused.status() == 401 || refused.status() == 403;
  }
}
