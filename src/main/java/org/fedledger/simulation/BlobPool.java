package org.fedledger.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.store.LocalBlobs;
import org.fedledger.store.LocalFiles;
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
  Store newStore() {
    return new Store();
  }

  /** Deletes a blob from every store. */
  void delete(Digest digest) throws IOException {
    sizes.remove(digest);
    Files.deleteIfExists(path(digest));
  }

  private Path path(Digest digest) {
    return folder.resolve(digest.hex());
  }

  final class Store implements BlobStore, LocalBlobs {

    private final Set<Digest> held = new HashSet<>();

    private Store() {}

    @Override
    public Optional<Path> file(Digest digest) {
      return has(digest) ? Optional.of(path(digest)) : Optional.empty();
    }

    @Override
    public Part read(Digest digest, long from, int length) {
      BlobSource.requireRange(from, length);
      return has(digest) ? LocalFiles.read(path(digest), from, length) : AbsentBlob.MISSING;
    }

    @Override
    public OptionalLong size(Digest digest) {
      Long size = held.contains(digest) ? sizes.get(digest) : null;
      return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    @Override
    public Receiving receive(Digest digest, long size) throws IOException {
      if (size < 0) {
        throw new IllegalArgumentException("a size is at least 0, not " + size);
      }
      return new Arriving(digest, size);
    }

    private final class Arriving implements Receiving {
      private final Digest expected;
      private final long size;
      private final MessageDigest sha256 = Digest.sha256();
      private final Path part = Files.createTempFile(folder, "arriving", ".part");
      private final FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE);
      private long got;

      Arriving(Digest expected, long size) throws IOException {
        this.expected = expected;
        this.size = size;
      }

      @Override
      public boolean write(ByteBuffer bytes) throws IOException {
        got += bytes.remaining();
        sha256.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        return got <= size;
      }

      @Override
      public Received finish() throws IOException {
        if (got != size) {
          return new Received.WrongSize(size, got);
        }
        Digest actual = new Digest(sha256.digest());
        if (!actual.equals(expected)) {
          return new Received.WrongDigest(expected, actual);
        }
        if (sizes.putIfAbsent(expected, size) == null) {
          Files.move(part, path(expected));
        }
        held.add(expected);
        return new Received.Stored(size);
      }

      @Override
      public void close() throws IOException {
        out.close();
        Files.deleteIfExists(part);
      }
    }
  }
}
