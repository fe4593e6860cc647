package org.fedledger.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;

/** A party's own store, in which it may be killed before something is stored or after. */
record LocalStore(Party party, BlobStore store) implements BlobStore {

  @Override
  public Fetched fetch(Digest digest) {
    return store.fetch(digest);
  }

  @Override
  public OptionalLong size(Digest digest) {
    return store.size(digest);
  }

  @Override
  public Receiving receive(Digest digest, long size) throws IOException {
    return party.local("receiving a file", () -> store.receive(digest, size));
  }

  @Override
  public Received store(Digest digest, Path file) throws IOException {
    return party.local("storing a file", () -> store.store(digest, file));
  }
}
