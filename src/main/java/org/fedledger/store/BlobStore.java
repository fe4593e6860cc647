package org.fedledger.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.files.Buffers;
import org.fedledger.types.Digest;

/** Blobs kept by their SHA-256. One is there whole or not at all, and never changes. */
public interface BlobStore extends BlobSource {

  /** Size in bytes, or empty if it is not there. */
  OptionalLong size(Digest digest);

  /** Whether it is there. */
  default boolean has(Digest digest) {
    return size(digest).isPresent();
  }

  @Override
  default Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>(digests);
    there.removeIf(digest -> !has(digest));
    return there;
  }

  /**
   * Begins to take a blob.
   *
   * @param size exact size in bytes that it must have
   */
  Receiving receive(Digest digest, long size) throws IOException;

  /** Takes a blob from a stream, to the stream's end or to the first byte too many. */
  default Received store(Digest digest, long size, InputStream content) throws IOException {
    try (Receiving receiving = receive(digest, size)) {
      byte[] block = new byte[(int) Math.clamp(size, 1, Buffers.BYTES)];
      int got = content.read(block);
      while (got >= 0 && receiving.write(ByteBuffer.wrap(block, 0, got))) {
        got = content.read(block);
      }
      return receiving.finish();
    }
  }

  /** A blob on its way in. Closing it before {@link #finish} leaves nothing behind. */
  interface Receiving extends AutoCloseable {

    /**
     * Takes the next bytes; all remaining are consumed.
     *
     * @return false if there are more bytes than announced; the rest need not be sent
     */
    boolean write(ByteBuffer bytes) throws IOException;

    /** Checks size and digest; on success the blob is there for good. */
    Received finish() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** What came of taking a blob. */
  sealed interface Received {

    record Stored(long size) implements Received {}

    record WrongSize(long expected, long got) implements Received {}

    record WrongDigest(Digest expected, Digest got) implements Received {}
  }
}
