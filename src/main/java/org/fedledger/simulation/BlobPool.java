package org.fedledger.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/**
 * The disks of all parties: each has its own store, but what several stores hold is one file.
 * Nothing is synced, since nothing here outlives the process.
 */
final class BlobPool {

  private final Path folder;
  private final Map<Digest, Long> sizes = new HashMap<>();

  /**
   * @param folder an existing, empty one
   */
  BlobPool(Path folder) {
    this.folder = folder;
  }

  /** A new and empty store. */
  BlobStore newStore() {
    return new Store();
  }

  /** Deletes a blob from every store. */
  void delete(Digest digest) throws IOException {
    sizes.remove(digest);
    Files.deleteIfExists(file(digest));
  }

  private Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }

  private final class Store implements BlobStore {

    private final Set<Digest> held = new HashSet<>();

    @Override
    public Fetched fetch(Digest digest) {
      return size(digest).isPresent() ? new Fetched.Found(file(digest)) : new Fetched.Missing();
    }

    @Override
    public OptionalLong size(Digest digest) {
      Long size = held.contains(digest) ? sizes.get(digest) : null;
      return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    @Override
    public Received store(Digest digest, Path file) throws IOException {
      BlobId id = Blobs.id(file);
      if (!id.digest().equals(digest)) {
        return new Received.WrongDigest(digest, id.digest());
      }
      if (sizes.putIfAbsent(digest, id.size()) == null) {
        Files.createLink(file(digest), file);
      }
      held.add(digest);
      return new Received.Stored(id.size());
    }

    @Override
    public Receiving receive(Digest digest, long size) {
      if (size < 0) {
        throw new IllegalArgumentException("a size is at least 0, not " + size);
      }
      return new Arriving(digest, size);
    }

    private final class Arriving implements Receiving {
      private final Digest digest;
      private final long size;
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      Arriving(Digest digest, long size) {
        this.digest = digest;
        this.size = size;
      }

      @Override
      public boolean write(ByteBuffer more) {
        byte[] block = new byte[more.remaining()];
        more.get(block);
        bytes.writeBytes(block);
        return bytes.size() <= size;
      }

      @Override
      public Received finish() throws IOException {
        if (bytes.size() != size) {
          return new Received.WrongSize(size, bytes.size());
        }
        Path part = Files.createTempFile(folder, "arriving", ".part");
        try {
          return store(digest, Files.write(part, bytes.toByteArray()));
        } finally {
          Files.delete(part);
        }
      }

      @Override
      public void close() {
        // Nothing stands anywhere before it is finished.
      }
    }
  }
}
