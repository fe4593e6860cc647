package org.fedledger.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.store.BlobStore;
import org.fedledger.store.LocalBlobs;
import org.fedledger.types.Digest;

/** A party's own store, in which it may be killed before something is stored or after. */
record LocalStore(SimulatedParty party, BlobPool.Store store) implements BlobStore, LocalBlobs {

  @Override
  public Part read(Digest digest, long from, int length) {
    return store.read(digest, from, length);
  }

  @Override
  public Optional<Path> file(Digest digest) {
    return store.file(digest);
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
  public Received store(Digest digest, long size, InputStream content) throws IOException {
    return party.local("storing a file", () -> store.store(digest, size, content));
  }
}
