package org.fedledger.client.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.fedledger.files.WholeFile;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/**
 * A node's blobs, kept in a folder once they were fetched.
 *
 * <p>What the node gives is handed on even if its digest differs, since that is evidence; only what
 * fits is taken from the folder the next time.
 */
public final class NodeBlobSource implements BlobSource {

  /** Larger blobs are not taken. */
  public static final long DEFAULT_MAX_BYTES = 16L << 30;

  private final NodeClient node;
  private final Path folder;
  private final LongSupplier maxBytes;

  /** What was seen to fit its digest since this source was opened. */
  private final Set<Digest> checked = ConcurrentHashMap.newKeySet();

  /** Opens the folder, making it where it is missing. */
  public NodeBlobSource(NodeClient node, Path folder) throws IOException {
    this(node, folder, () -> DEFAULT_MAX_BYTES);
  }

  /**
   * @param maxBytes what no blob is larger than, asked for each time
   */
  public NodeBlobSource(NodeClient node, Path folder, LongSupplier maxBytes) throws IOException {
    this.node = node;
    this.folder = folder.toAbsolutePath();
    this.maxBytes = maxBytes;
    Files.createDirectories(this.folder);
  }

  @Override
  public Fetched fetch(Digest digest) {
    Path kept = folder.resolve(digest.hex());
    try {
      if (isKept(digest, kept)) {
        return new Fetched.Found(kept);
      }
      try (WholeFile file = WholeFile.in(folder)) {
        return take(digest, file, node.blob(digest, file.part(), maxBytes.getAsLong()));
      }
    } catch (NodeUnreachableException e) {
      return new Fetched.Unreachable(e.getMessage());
    } catch (IOException e) {
      return new Fetched.Unreachable("cannot be kept in %s: %s".formatted(folder, e));
    }
  }

  /** Whether it is in the folder, as it came; what was damaged there since is fetched again. */
  private boolean isKept(Digest digest, Path kept) throws IOException {
    if (!Files.isRegularFile(kept)) {
      return false;
    }
    if (!checked.contains(digest)) {
      if (!Blobs.id(kept).digest().equals(digest)) {
        return false;
      }
      checked.add(digest);
    }
    return true;
  }

  /** Asks the node without fetching; what was fetched counts as there. */
  @Override
  public Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>();
    for (Digest digest : digests) {
      if (Files.isRegularFile(folder.resolve(digest.hex())) || nodeHas(digest)) {
        there.add(digest);
      }
    }
    return there;
  }

  private boolean nodeHas(Digest digest) {
    try {
      return node.hasBlob(digest) instanceof NodeAnswer.Given<Digest>;
    } catch (NodeUnreachableException e) {
      return false;
    }
  }

  @Override
  public Part read(Digest digest, long from, int length) {
    boolean kept = Files.isRegularFile(folder.resolve(digest.hex()));
    if (kept || from < 0 || length < 0) {
      return BlobSource.super.read(digest, from, length);
    }
    try {
      return switch (node.blobPart(digest, from, length)) {
        case NodeAnswer.Given<Part.Bytes>(Part.Bytes part) -> part;
        case NodeAnswer.Refused<Part.Bytes> r when r.notFound() -> new Fetched.Missing();
        case NodeAnswer.Refused<Part.Bytes> r when isDenied(r) -> new Fetched.Denied(r.why());
        case NodeAnswer.Refused<Part.Bytes> r -> new Fetched.Unreachable(r.why());
      };
    } catch (NodeUnreachableException e) {
      return new Fetched.Unreachable(e.getMessage());
    }
  }

  private static boolean isDenied(NodeAnswer.Refused<?> refused) {
    return refused.status() == 401 || refused.status() == 403;
  }

  @Override
  public void release(Digest digest) {
    try {
      Files.deleteIfExists(folder.resolve(digest.hex()));
      Files.deleteIfExists(folder.resolve(digest.hex() + ".differs"));
    } catch (IOException e) {
      // It only takes room, and goes with the folder.
    }
  }

  private Fetched take(Digest digest, WholeFile file, NodeAnswer<BlobId> answer)
      throws IOException {
    return switch (answer) {
      case NodeAnswer.Given<BlobId>(BlobId got) -> {
        String name = got.digest().equals(digest) ? digest.hex() : digest.hex() + ".differs";
        Path kept = folder.resolve(name);
        file.commit(kept);
        yield new Fetched.Found(kept);
      }
      case NodeAnswer.Refused<BlobId> r when r.notFound() -> new Fetched.Missing();
      case NodeAnswer.Refused<BlobId> r when isDenied(r) -> new Fetched.Denied(r.why());
      case NodeAnswer.Refused<BlobId> r -> new Fetched.Unreachable(r.why());
    };
  }
}
