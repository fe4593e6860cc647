package org.fedledger.node.http;

import java.io.IOException;
import java.util.Optional;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;

/** What participants measured, as it stands in the store. */
final class StoredMetrics {

  private StoredMetrics() {}

  /** Empty if the file is gone or damaged, so that one such file hides none of the others. */
  static Optional<byte[]> find(BlobStore store, Digest digest) throws IOException {
    if (BlobInput.open(store, digest) instanceof BlobInput.Stream(BlobInput in)
        && in.size() <= EvaluationWrites.MAX_BYTES) {
      byte[] content = in.readAllBytes();
      if (Digest.ofContent(content).equals(digest)) {
        return Optional.of(content);
      }
    }
    return Optional.empty();
  }
}
