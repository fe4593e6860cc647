package org.fedledger.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;

/** Lets rounds that are checked at once share files, and releases each after its last use. */
final class SharedBlobs {

  private final BlobSource source;
  private final Map<Digest, Integer> users = new HashMap<>();

  SharedBlobs(BlobSource source) {
    this.source = source;
  }

  private synchronized void enter(Digest digest) {
    users.merge(digest, 1, Integer::sum);
  }

  private synchronized void leave(Digest digest) {
    if (users.merge(digest, -1, Integer::sum) == 0) {
      users.remove(digest);
      source.release(digest);
    }
  }

  /** What one user fetches, released when it is closed. Used by one thread. */
  Use open() {
    return new Use();
  }

  final class Use implements BlobSource, AutoCloseable {
    private final Set<Digest> fetched = new HashSet<>();

    @Override
    public Fetched fetch(Digest digest) {
      if (fetched.add(digest)) {
        enter(digest);
      }
      return source.fetch(digest);
    }

    @Override
    public void close() {
      fetched.forEach(SharedBlobs.this::leave);
      fetched.clear();
    }
  }
}
