package org.fedledger.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.files.Buffers;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/**
 * Blobs as local files, for who maps them, each held against its digest before it is given.
 *
 * <p>Files of a {@linkplain LocalBlobs folder} are given where they are. From other sources blobs
 * are copied, hashed on the way, and the copy is deleted after its last use; several users share
 * it. Safe for use by several threads.
 */
public final class BlobFiles {

  /** Bytes that a file may have beyond those that are said of it, and be evidence by that. */
  private static final long OTHER_SIZE = 1 << 20;

  private final List<BlobSource> places;
  private final Path folder;
  private final boolean kept;
  private final Map<Digest, Shared> shared = new HashMap<>();

  /**
   * @param places at least one, asked in order until one gives the blob that was asked for
   * @param folder an existing one for copies
   */
  public BlobFiles(List<? extends BlobSource> places, Path folder) {
    this(places, folder, false);
  }

  private BlobFiles(List<? extends BlobSource> places, Path folder, boolean kept) {
    if (places.isEmpty()) {
      throw new IllegalArgumentException("blobs are had from at least one place");
    }
    this.places = List.copyOf(places);
    this.folder = folder;
    this.kept = kept;
  }

  /**
   * Files whose copies stay in a folder after their last use, each named by the hex digits of its
   * digest, and are given out of it the next time.
   */
  public static BlobFiles kept(Path folder, List<? extends BlobSource> places) {
    List<BlobSource> all = new ArrayList<>();
    all.add(new FolderBlobSource(folder));
    all.addAll(places);
    return new BlobFiles(all, folder, true);
  }

  /** Where blobs are had, in the order in which they are asked. */
  public List<BlobSource> places() {
    return places;
  }

  /** Begins to use files. */
  public Use open() {
    return new Use();
  }

  /** Files that are held until it is closed. Used by one thread. */
  public final class Use implements AutoCloseable {
    private final Map<Digest, Shared> held = new HashMap<>();

    private Use() {}

    /**
     * Gives a file that fits; one that could not be had is asked for again.
     *
     * <p>Where no place gives it, the answer is that a place gave another blob, or else the first
     * that says more than that it is missing.
     *
     * @param size in bytes, as the ledger or the spec says, or the most that it can have: of a
     *     place that speaks of far more none are copied. A little more is, since a file with that
     *     digest and another size is evidence
     * @throws IOException if a copy cannot be written
     */
    public CheckedBlob fetch(Digest digest, long size) throws IOException {
      return held.computeIfAbsent(digest, BlobFiles.this::enter).fetch(size + OTHER_SIZE);
    }

    @Override
    public void close() throws IOException {
      IOException first = null;
      for (Shared file : held.values()) {
        try {
          leave(file);
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
      held.clear();
      if (first != null) {
        throw first;
      }
    }
  }

  private synchronized Shared enter(Digest digest) {
    Shared file = shared.computeIfAbsent(digest, Shared::new);
    file.users++;
    return file;
  }

  private void leave(Shared file) throws IOException {
    synchronized (this) {
      if (--file.users > 0) {
        return;
      }
      shared.remove(file.digest);
    }
    file.delete();
  }

  /** What the users of one digest share. */
  private final class Shared {
    private final Digest digest;
    private int users;
    private CheckedBlob.Here here;
    private Path copy;

    Shared(Digest digest) {
      this.digest = digest;
    }

    synchronized CheckedBlob fetch(long most) throws IOException {
      if (here != null) {
        return here;
      }
      AbsentBlob best = AbsentBlob.MISSING;
      for (BlobSource place : places) {
        switch (from(place, most)) {
          case CheckedBlob.Here found -> {
            here = found;
            return found;
          }
          case AbsentBlob absent -> {
            if (says(absent) > says(best)) {
              best = absent;
            }
          }
        }
      }
      return best;
    }

    private CheckedBlob from(BlobSource place, long most) throws IOException {
      Optional<Path> file =
          place instanceof LocalBlobs local ? local.file(digest) : Optional.empty();
      return file.isPresent() ? checked(file.get()) : copied(place, most);
    }

    private CheckedBlob checked(Path file) {
      try {
        return checked(file, Blobs.id(file));
      } catch (IOException e) {
        return AbsentBlob.unreachable("it cannot be read: " + e);
      }
    }

    private CheckedBlob checked(Path file, BlobId got) {
      return got.digest().equals(digest)
          ? new CheckedBlob.Here(file, got.size())
          : new AbsentBlob(
              AbsentBlob.Cause.DAMAGED,
              "it is damaged in the store, whose file of that name has the digest " + got.digest());
    }

    private CheckedBlob copied(BlobSource place, long most) throws IOException {
      return switch (BlobInput.open(place, digest)) {
        case AbsentBlob absent -> absent;
        case BlobInput.Stream(BlobInput in) when in.size() > most ->
            AbsentBlob.unreachable(
                "it is said to have %d bytes, and can have no more than %d"
                    .formatted(in.size(), most));
        case BlobInput.Stream(BlobInput in) -> {
          Path to = Files.createTempFile(folder, "blob", ".copy");
          CheckedBlob got = AbsentBlob.MISSING;
          try {
            got = copied(in, to);
          } finally {
            if (!(got instanceof CheckedBlob.Here)) {
              Files.delete(to);
            }
          }
          yield got instanceof CheckedBlob.Here here ? placed(here) : got;
        }
      };
    }

    private CheckedBlob.Here placed(CheckedBlob.Here here) throws IOException {
      if (!kept) {
        copy = here.file();
        return here;
      }
      Path place = folder.resolve(digest.hex());
      return new CheckedBlob.Here(
          Files.move(here.file(), place, StandardCopyOption.ATOMIC_MOVE), here.size());
    }

    private CheckedBlob copied(BlobInput in, Path to) throws IOException {
      MessageDigest sha256 = Digest.sha256();
      byte[] block = new byte[(int) Math.clamp(in.size(), 1, Buffers.BYTES)];
      try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
        while (true) {
          int got;
          try {
            got = in.read(block);
          } catch (IOException e) {
            return AbsentBlob.unreachable(e.getMessage());
          }
          if (got < 0) {
            return checked(to, new BlobId(new Digest(sha256.digest()), out.position()));
          }
          sha256.update(block, 0, got);
          ByteBuffer bytes = ByteBuffer.wrap(block, 0, got);
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        }
      }
    }

    synchronized void delete() throws IOException {
      if (copy != null) {
        Files.deleteIfExists(copy);
      }
    }
  }

  /**
   * Another blob in its place is evidence, and everything else says more than that it is missing.
   */
  private static int says(AbsentBlob absent) {
    return switch (absent.cause()) {
      case MISSING -> 0;
      case ERASED, DENIED, UNREACHABLE -> 1;
      case DAMAGED -> 2;
    };
  }
}
