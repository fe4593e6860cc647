package org.fedledger.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.fedledger.types.Digest;

/** Files kept by their SHA-256. A blob is there whole or not at all, and never changes. */
public interface BlobStore extends BlobSource {

  /** Size in bytes, or empty if it is not there. */
  OptionalLong size(Digest digest);

  /**
   * Begins to take a blob.
   *
   * @param size exact size in bytes that it must have
   */
  Receiving receive(Digest digest, long size) throws IOException;

  /** Takes a local file, checking it against the digest. */
  default Received store(Digest digest, Path file) throws IOException {
    try (Receiving receiving = receive(digest, java.nio.file.Files.size(file));
        var in = java.nio.channels.FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (in.read(buffer.clear()) >= 0) {
        receiving.write(buffer.flip());
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

    /** Checks size and digest; on success the blob is on disk for good. */
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
